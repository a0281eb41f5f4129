create schema two;
create type two.e as enum ('a');
create table two.t (id int primary key, e two.e default 'a');
create function two.f(two.t) returns two.e language sql as 'select $1.e';
create view two.v as select two.f(t) as x from two.t;
