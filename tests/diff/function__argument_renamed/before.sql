create function f(a int) returns int language sql as 'select 1';
grant execute on function f(int) to public;
create view v as select f(1) as x;
