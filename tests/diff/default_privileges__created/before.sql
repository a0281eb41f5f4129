create role diff_app;
create schema s;
