create role diff_app;
alter default privileges in schema public grant select on tables to diff_app;
create table t (id int);
create table u (id int);
revoke select on u from diff_app;
grant insert on u to diff_app;
create function f() returns int language sql as 'select 1';
