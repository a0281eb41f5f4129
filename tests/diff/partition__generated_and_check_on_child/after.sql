create table t (id int, a int, b int generated always as (id + a) stored) partition by range (id);
create table t1 partition of t for values from (0) to (10);
alter table t1 add constraint only_here check (a > 0);
alter table t1 alter column a set default 4;
