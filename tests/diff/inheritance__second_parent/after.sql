create table p (id int);
create table q (z int);
create table k (id int, z int) inherits (p, q);
