create role diff_app;
create table t (id int);
grant select on t to diff_app with grant option;
grant insert on t to diff_app;
