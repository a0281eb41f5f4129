-- min: 18
create table kind (a int);
create table sort () inherits (kind);
create table breed () inherits (sort);
create table other (x int) inherits (kind);
alter table sort alter a set not null;
insert into breed values (1);
