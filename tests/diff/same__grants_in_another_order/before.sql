create role diff_app;
create role diff_other;
create table t (id int, a int);
grant select, insert on t to diff_app;
grant select on t to diff_other;
grant select (a) on t to diff_other;
