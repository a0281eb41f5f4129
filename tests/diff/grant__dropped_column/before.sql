create role diff_app;
create table t (id int, a text, b text);
grant select (a, b) on t to diff_app;
