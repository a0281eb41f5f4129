create table t (id int, a text not null, b int, c int default 2) partition by range (id);
create table t1 partition of t for values from (0) to (10);
