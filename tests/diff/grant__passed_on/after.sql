create role diff_app;
create role diff_other;
create table t (id int);
grant select on t to diff_app with grant option;
set role diff_app;
grant select on t to diff_other;
reset role;
