create table readings (place int, value int not null, note text) partition by list (place);
create table readings_north partition of readings (note not null) for values in (1);
create table readings_south partition of readings for values in (2);
create table readings_far partition of readings (note not null) for values in (3) partition by list (value);
create table readings_far_zero partition of readings_far for values in (0);
create table base (a int, b int);
create table heir (a int) inherits (base);
create table other_heir (b int not null) inherits (base);
