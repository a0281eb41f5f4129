create table p (id int not null, a text default 'x', constraint c check (id > 0));
create table c1 (b int) inherits (p);
create table c2 (id int, a text default 'y') inherits (p);
create table q (z int);
create table c3 () inherits (p, q);
