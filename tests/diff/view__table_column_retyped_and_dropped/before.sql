create table t (id int, a text, b text);
create view v as select id, a, b from t;
