create table t (id int) partition by range (id);
create unlogged table t1 partition of t for values from (0) to (10);
