create table t (a numeric(5,2)[], b varchar(5)[], c int[]);
