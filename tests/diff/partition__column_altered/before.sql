create table t (id int, a varchar(10), b int not null, c int default 1) partition by range (id);
create table t1 partition of t for values from (0) to (10);
