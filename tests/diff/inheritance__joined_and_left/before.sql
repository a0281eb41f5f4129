create table p (id int, a text);
create table c1 (id int, a text, b int);
create table c2 (id int, a text) inherits (p);
