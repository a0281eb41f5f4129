create sequence s;
create table a (x int);
create table b (x int);
alter sequence s owned by a.x;
