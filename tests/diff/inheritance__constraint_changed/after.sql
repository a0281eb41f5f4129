create table p (id int, constraint c check (id > 1), constraint n check (id < 9) no inherit);
create table k (b int, constraint own check (b > 0)) inherits (p);
