-- min: 18
create table base (a int, b int);
create table heir () inherits (base);
create table own_heir (b int constraint own not null) inherits (base);
alter table base add constraint filled not null a not valid;
create table listed (a int, b int) partition by list (a);
create table listed_one partition of listed for values in (1);
alter table listed add constraint told not null b not valid;
