create table t (id int, c int default 1) partition by range (id);
create table t1 partition of t (c default 5) for values from (0) to (10);
