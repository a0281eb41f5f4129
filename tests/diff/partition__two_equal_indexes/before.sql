create table part_1 (a int);
create index first on part_1 (a);
create index second on part_1 (a);
