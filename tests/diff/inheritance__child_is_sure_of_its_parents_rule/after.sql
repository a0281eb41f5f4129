create table parent (a int);
alter table parent add constraint above check (a > 0) not valid;
create table child () inherits (parent);
create table other (a int, constraint above check (a > 0));
alter table other inherit parent;
