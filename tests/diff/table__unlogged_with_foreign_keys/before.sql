create unlogged table target (id serial primary key, above int references target);
create unlogged table pointing (id int generated always as identity primary key, at int references target);
create unlogged table again (at int references pointing);
create table outside (id int unique);
