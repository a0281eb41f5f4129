create role diff_app;
create schema s;
alter default privileges in schema s grant select on tables to diff_app;
alter default privileges in schema s grant all on sequences to diff_app;
alter default privileges revoke execute on functions from public;
alter default privileges for role diff_app grant usage on schemas to public;
alter default privileges for role diff_app in schema public grant select, insert on tables to current_user with grant option;
alter default privileges grant usage on types to diff_app;
