create table p (id int);
create table c1 (id int) inherits (p);
