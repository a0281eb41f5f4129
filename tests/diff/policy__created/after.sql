create role diff_app;
create table t (id int, owner text);
alter table t enable row level security;
create policy "members read their own" on t for select to diff_app using (owner = current_user);
create policy w on t as restrictive for update to public, diff_app using (id > 0) with check (id > 1);
create policy i on t for insert to current_user with check (true);
create policy d on t for delete using (false);
create policy a on t;
comment on policy w on t is 'only some';
