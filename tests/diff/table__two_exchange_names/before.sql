create table a (x int primary key);
create table b (y text unique);
