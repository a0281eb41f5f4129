create table t (a bigint primary key, b int);
