create role diff_app;
create schema s;
alter default privileges in schema s grant select on tables to diff_app;
create table s.t (id int);
