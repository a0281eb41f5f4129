create role diff_app;
create table t (id int, a text);
grant select on t to diff_app;
