create table p (id int, a text);
create table k () inherits (p);
