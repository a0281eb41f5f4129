create table p (id bigint, a text not null default 'q');
create table c1 () inherits (p);
