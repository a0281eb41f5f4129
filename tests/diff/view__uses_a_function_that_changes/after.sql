create function f(a int, b int default 0) returns bigint language sql as 'select (a + b)::bigint';
create table t (id int);
create view v as select f(id) as x from t;
create view w as select x from v;
