create role diff_app;
create role diff_other;
create table t (id int);
create policy p on t to diff_other, diff_app using ((true));
