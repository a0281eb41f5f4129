create table kind (a int not null);
create table sort () inherits (kind);
create table breed () inherits (sort);
create table other (x int) inherits (kind);
alter table breed alter a set not null;
comment on constraint kind_a_not_null on sort is 'from above';
