create table one (note text);
create table two (id bigserial not null);
create table child (extra text) inherits (two);
