create table t (id int);
create function f(int) returns bigint language sql as 'select $1::bigint';
create view v as select f(id) as x from t;
create materialized view m as select x from v;
