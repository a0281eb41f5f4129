create role diff_app;
create table t (id int, a text, b text);
grant select (id, b) on t to diff_app;
grant insert (a) on t to public;
grant references (id) on t to diff_app;
