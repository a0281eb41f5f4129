create role diff_app;
create role diff_other;
create table t (id int, a int);
grant select (a) on t to diff_other;
grant select on t to diff_other;
grant insert on t to diff_app;
grant select on t to diff_app;
grant delete on t to diff_app;
revoke delete on t from diff_app;
