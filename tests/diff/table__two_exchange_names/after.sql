create table b (x int primary key);
create table a (y text unique);
