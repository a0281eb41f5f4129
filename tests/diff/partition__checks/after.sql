create table t (id int, a int, constraint positive check (a > 0)) partition by range (id);
create table t1 partition of t for values from (0) to (10);
alter table t1 add constraint own check (a < 100);
create table t2 partition of t (constraint own2 check (a < 5)) for values from (10) to (20);
