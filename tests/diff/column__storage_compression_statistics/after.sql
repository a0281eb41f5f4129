create table t (a text, b text compression pglz, c int);
alter table t alter column a set storage external;
alter table t alter column c set statistics 500;
alter table t alter column c set (n_distinct = -0.5);
