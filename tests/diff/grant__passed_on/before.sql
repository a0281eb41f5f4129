create role diff_app;
create role diff_other;
create table t (id int);
