create type c as (a bigint, b varchar(10));
create function f(c) returns int language sql as 'select $1.a::int';
