create table readings (place int, value int) partition by list (place);
create table readings_north (place int, value int not null);
alter table readings attach partition readings_north for values in (1);
create table readings_south partition of readings for values in (2);
create table base (a int);
create table heir (a int not null) inherits (base);
