create table a (id int primary key);
create table b (id int primary key, a_id int references a (id));
create index b_a_idx on b (a_id);
create type e as enum ('x');
create function f() returns int language sql as 'select 1';
