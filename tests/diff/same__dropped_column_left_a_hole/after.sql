create table t (a int, x int, b text);
alter table t drop column x;
create view v as select * from t;
