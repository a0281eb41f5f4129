create role diff_one;
create role diff_two;
create schema s authorization diff_two;
create table s.t (id serial primary key, a text);
alter table s.t owner to diff_two;
create view s.v as select id, a from s.t;
alter view s.v owner to diff_two;
grant select on s.v to diff_one;
