create table t (id int, a text, b text);
create function f(t) returns setof t language sql as 'select $1.*';
create function g(r t, n int default 1) returns table (x t) language sql as 'select $1';
