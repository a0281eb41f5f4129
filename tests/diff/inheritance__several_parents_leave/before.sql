create table a (f int);
create table b (g text, f int);
alter table b inherit a;
create table c (h float) inherits (b);
create table d (i int, h float, g text, f int);
alter table d inherit b, inherit a, inherit c;
