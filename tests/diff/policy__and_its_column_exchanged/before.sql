create table note (id int, owner text);
alter table note enable row level security;
create policy mine on note using (owner = current_user);
