create table origin (id int generated always as identity, name text);
