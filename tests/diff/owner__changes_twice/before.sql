create role diff_one;
create role diff_two;
create schema s authorization diff_one;
create table s.t (id serial primary key);
alter table s.t owner to diff_one;
create view s.v as select id from s.t;
alter view s.v owner to diff_one;
