create role diff_app;
create table t (id int, a text) partition by range (id);
create table t1 partition of t for values from (0) to (10);
alter table t enable row level security;
alter table t1 enable row level security;
create policy p on t using (id > 0);
grant select on t to diff_app;
grant select (a) on t1 to diff_app;
