create role diff_app;
create role diff_other;
create table t (id int, a text);
grant all on t to diff_app with grant option;
grant select (a), update (id) on t to diff_other;
