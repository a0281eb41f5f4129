create table p (id int, a text, constraint c check (id > 0));
create table c1 (b int) inherits (p);
