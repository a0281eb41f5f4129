create role diff_app;
create table t (id int, a text);
grant select (id) on t to diff_app;
