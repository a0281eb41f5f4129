create role diff_app;
alter default privileges in schema public grant select, update on tables to diff_app;
