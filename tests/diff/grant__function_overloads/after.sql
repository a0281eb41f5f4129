create role diff_app;
create function f(int) returns int language sql as 'select 1';
create function f(text, int[]) returns int language sql as 'select 1';
revoke all on function f(text, int[]) from public;
grant execute on function f(text, int[]) to diff_app with grant option;
