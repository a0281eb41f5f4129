create role diff_app;
revoke all on schema public from public;
grant usage on schema public to diff_app;
