create role diff_app;
create table t (id int);
create function f() returns int language sql as 'select 1';
alter default privileges in schema public grant select on tables to diff_app;
alter default privileges revoke execute on functions from public;
create table u (id int);
create function g() returns int language sql as 'select 1';
