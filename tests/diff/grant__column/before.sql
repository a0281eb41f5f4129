create role diff_app;
create table t (id int, a text, b text);
grant select (id, a) on t to diff_app;
grant update (a) on t to diff_app with grant option;
