create table p (id int);
create table k (b int) inherits (p);
