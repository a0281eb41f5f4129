create role diff_app;
create role diff_other;
create table t (id int);
create policy p on t to diff_app, diff_other using (true);
