create table first (a int);
create table second (a int);
create table child () inherits (first, second);
alter table second add constraint two not null a;
alter table first add constraint one not null a;
