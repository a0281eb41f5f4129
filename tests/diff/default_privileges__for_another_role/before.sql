create role diff_app;
create role diff_other;
create schema s;
alter default privileges for role diff_app in schema s grant select on tables to diff_other;
