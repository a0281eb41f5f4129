create role diff_app;
alter default privileges in schema public grant select, insert on tables to diff_app;
alter default privileges revoke execute on functions from public;
