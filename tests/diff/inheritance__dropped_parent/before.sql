create table p (id int);
create table c1 (b int) inherits (p);
