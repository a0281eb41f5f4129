create table t (id int primary key, a text) partition by range (id);
create index t_a_idx on t (a);
create table t1 partition of t for values from (0) to (10);
create table t2 partition of t for values from (10) to (20);
