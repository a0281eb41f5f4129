create role diff_app;
create table t (id int generated always as identity, s serial);
