create table t (id int, name text);
create view v as select id, name from t;
alter view v alter column name set default 'x';
