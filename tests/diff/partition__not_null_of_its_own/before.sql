create table readings (place int, value int, note text) partition by list (place);
create table readings_north partition of readings for values in (1);
create table readings_south partition of readings (note not null) for values in (2);
create table readings_far partition of readings (value not null) for values in (3) partition by list (value);
create table readings_far_zero partition of readings_far (note not null) for values in (0);
create table base (a int not null, b int);
create table heir (a int not null) inherits (base);
create table other_heir () inherits (base);
