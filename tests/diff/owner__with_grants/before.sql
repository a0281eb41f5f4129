create role diff_owner;
create role diff_app;
create table t (id int);
grant select on t to diff_app;
