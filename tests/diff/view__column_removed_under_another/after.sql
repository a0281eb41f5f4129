create table t (id int, name text);
create view v as select id from t;
create view w as select id from v;
create function f() returns setof v language sql as 'select * from v';
comment on view w is 'stays';
