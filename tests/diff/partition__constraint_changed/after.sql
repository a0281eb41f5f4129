create table t (id int, a int, b int, constraint t_id_a_key unique (id, b)) partition by range (id);
create table t1 partition of t for values from (0) to (10);
create table t2 partition of t for values from (10) to (20);
