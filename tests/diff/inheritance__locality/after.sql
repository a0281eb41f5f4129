create table p (id int);
create table c1 () inherits (p);
