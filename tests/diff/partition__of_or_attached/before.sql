-- min: 18
create table t (id int not null, a text) partition by range (id);
create table t1 partition of t for values from (0) to (10);
