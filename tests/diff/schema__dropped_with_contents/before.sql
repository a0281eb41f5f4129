create schema a;
create type a.e as enum ('x');
create table a.t (id int primary key, e a.e);
create view a.v as select * from a.t;
create function a.f(a.t) returns int language sql as 'select 1';
