create table base (a int);
create table heir (b int) inherits (base);
