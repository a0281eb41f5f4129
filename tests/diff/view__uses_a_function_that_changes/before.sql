create function f(a int) returns int language sql as 'select a';
create table t (id int);
create view v as select f(id) as x from t;
create view w as select x from v;
