create role diff_app;
create table t (id int generated always as identity, s serial);
grant usage, select on all sequences in schema public to diff_app;
