create table one (id int, note text);
create table two (id int);
create table child (extra text) inherits (two);
