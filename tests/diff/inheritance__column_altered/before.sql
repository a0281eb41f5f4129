create table p (id int, a varchar(5), b int);
create table c1 () inherits (p);
