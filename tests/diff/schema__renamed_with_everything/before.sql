create schema one;
create type one.e as enum ('a');
create table one.t (id int primary key, e one.e default 'a');
create function one.f(one.t) returns one.e language sql as 'select $1.e';
create view one.v as select one.f(t) as x from one.t;
