create table t (id int, name text);
create view v as select id, name as label from t;
