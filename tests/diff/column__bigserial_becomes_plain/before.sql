create table t (a bigserial primary key, b int);
