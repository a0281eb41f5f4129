create table t (id int, a text);
create function f(t) returns setof t language sql as 'select $1.*';
