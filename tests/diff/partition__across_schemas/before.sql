create schema one;
create schema two;
create table one.t (foo text) partition by list (foo);
create table two.t_1 partition of one.t for values in ('1');
create index t_foo on one.t (foo);
