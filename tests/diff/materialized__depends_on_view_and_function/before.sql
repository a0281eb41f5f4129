create table t (id int);
create function f(int) returns int language sql as 'select $1';
create view v as select f(id) as x from t;
create materialized view m as select x from v;
