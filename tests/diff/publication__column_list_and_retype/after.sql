create table t (id int primary key, a bigint, b int);
create publication p for table t (id, a, b) where (a > 1);
