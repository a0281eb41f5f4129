create schema three;
create schema four;
create table three.t (foo text) partition by list (foo);
create table four.t_1 partition of three.t for values in ('1');
create index t_foo on three.t (foo);
