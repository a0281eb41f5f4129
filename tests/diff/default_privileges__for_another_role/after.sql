create role diff_app;
create role diff_other;
create schema s;
alter default privileges for role diff_app in schema s grant select, update on tables to diff_other;
alter default privileges for role diff_app in schema s grant execute on functions to diff_other;
alter default privileges for role diff_app revoke execute on functions from public;
alter default privileges for role diff_app revoke usage on types from public;
create table s.t (id int);
alter table s.t owner to diff_app;
