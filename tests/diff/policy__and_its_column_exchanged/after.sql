create table note (id int, team text);
create policy mine on note using (team = 'a');
