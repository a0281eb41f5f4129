create role diff_app;
create table t (id int);
grant select, insert on t to diff_app;
