create table t (id int not null, a text) partition by range (id);
create table t1 (id int not null, a text);
create table t2 partition of t for values from (10) to (20);
