create role diff_app;
create table t (id int);
