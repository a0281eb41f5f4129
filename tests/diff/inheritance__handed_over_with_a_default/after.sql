create table one (id bigserial not null);
create table child (extra text) inherits (one);
