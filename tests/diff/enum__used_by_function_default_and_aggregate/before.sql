create type e as enum ('a', 'b', 'c');
create function f(x e default 'a') returns e[] language sql as 'select array[x]';
create function larger(e, e) returns e language sql immutable as 'select greatest($1, $2)';
create aggregate top(e) (sfunc = larger, stype = e);
create table t (x e);
create view v as select top(x) as x from t;
