create table t (id int, a text) partition by range (id);
create table t1 partition of t for values from (0) to (10) with (fillfactor = 70);
alter table t1 alter column a set storage external;
alter table t1 alter column id set statistics 300;
create statistics s on id, a from t;
