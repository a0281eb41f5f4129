create table t (id int, owner text);
create function me() returns text language sql stable as 'select current_user::text';
alter table t enable row level security;
create policy p on t using (owner = me());
