create role diff_app;
create table t (id int, b text);
grant select (b) on t to diff_app;
