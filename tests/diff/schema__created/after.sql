create schema a;
create schema b;
create table a.t (id int primary key);
create table b.t (id int references a.t (id));
comment on schema a is 'first';
