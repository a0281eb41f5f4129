create role diff_app;
create role diff_other;
create table t (id int, a text);
grant select, update, truncate on t to diff_app with grant option;
grant references, trigger on t to public;
