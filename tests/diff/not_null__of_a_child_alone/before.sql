-- min: 18
create table parent (a int not null no inherit, b int);
create table first (c int not null);
