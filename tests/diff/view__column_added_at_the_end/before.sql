create table t (id int, name text);
create view v as select id from t;
create view w as select id from v;
