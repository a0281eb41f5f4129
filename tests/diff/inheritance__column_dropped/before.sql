create table p (id int, a text);
create table k (b int) inherits (p);
