create table m (user_id int, t_id int);
create function me() returns int language sql stable as 'select 1';
create table t (id int);
alter table t enable row level security;
create policy p on t using (exists (select from m where m.t_id = t.id and m.user_id = me()));
