create table p (id int);
create table k () inherits (p);
alter table p add constraint c check (id > 0);
