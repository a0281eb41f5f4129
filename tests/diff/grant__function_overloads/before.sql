create role diff_app;
create function f(int) returns int language sql as 'select 1';
create function f(text, int[]) returns int language sql as 'select 1';
