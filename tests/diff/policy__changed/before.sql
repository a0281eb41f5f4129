create role diff_app;
create table t (id int, owner text);
alter table t enable row level security;
create policy a on t using (id > 0);
create policy b on t for select using (id > 0);
create policy c on t for update using (id > 0) with check (id > 0);
