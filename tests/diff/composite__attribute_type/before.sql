create type c as (a int, b text);
create function f(c) returns int language sql as 'select $1.a::int';
