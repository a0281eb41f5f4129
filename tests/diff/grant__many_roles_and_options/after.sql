create role diff_app;
create role diff_other;
create table t (id int, a text);
grant select, insert on t to diff_app;
grant select (a, id) on t to diff_other with grant option;
grant all on t to public;
