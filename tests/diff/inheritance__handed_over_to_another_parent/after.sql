create table one (id int);
create table child (extra text) inherits (one);
