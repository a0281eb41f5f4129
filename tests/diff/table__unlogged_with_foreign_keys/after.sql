create table target (id serial primary key, above int references target);
create table pointing (id int generated always as identity primary key, at int references target);
create table again (at int references pointing);
create table outside (id int unique references pointing);
create unlogged table newer (at int references outside (id));
