create role diff_app;
create function f(a int) returns text language sql as 'select 1::text';
revoke all on function f(int) from public;
grant execute on function f(int) to diff_app;
create view v as select f(1) as a, 2 as b;
grant select (a) on v to diff_app;
