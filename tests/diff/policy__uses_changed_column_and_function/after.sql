create table t (id int, owner name);
create function me() returns name language sql stable as 'select current_user';
alter table t enable row level security;
create policy p on t using (owner = me());
