create table a (f int, e int);
create table b (g text, f int, e int);
alter table b inherit a;
create table d (i int, h float, g text, f int, e int);
