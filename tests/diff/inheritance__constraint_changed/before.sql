create table p (id int, constraint c check (id > 0));
create table k (b int) inherits (p);
