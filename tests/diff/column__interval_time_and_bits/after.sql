create table t (a interval day to second, b timetz, c bit varying(5), d text, e float8, f varchar(5), g cidr);
