create table t (id int);
create view v as select id from t;
create view w with (security_barrier) as select id from t;
