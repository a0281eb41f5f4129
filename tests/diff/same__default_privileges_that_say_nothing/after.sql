create role diff_app;
alter default privileges in schema public grant select on tables to diff_app;
alter default privileges in schema public revoke select on tables from diff_app;
