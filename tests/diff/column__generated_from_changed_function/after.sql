create function f(int) returns int language sql immutable as 'select $1 + 1';
create table t (a int, b int generated always as (f(a)) stored, unique (b));
