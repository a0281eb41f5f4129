create role diff_app;
create table t (id int, owner text);
alter table t enable row level security;
create policy a on t to diff_app using (id > 1) with check (id > 2);
create policy b on t as restrictive for select using (id > 0);
create policy c on t for update using (id > 0);
