create function f() returns int language sql as 'select 1';
create type e as enum ('x');
create table b (id int, a_id int);
create index b_a_idx on b (a_id);
create table a (id int);
alter table a add primary key (id);
alter table b add primary key (id);
alter table b add foreign key (a_id) references a (id);
