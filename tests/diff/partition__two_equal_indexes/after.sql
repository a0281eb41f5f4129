create table part_1 (a int);
create index first on part_1 (a);
create table part (a int) partition by range (a);
alter table part attach partition part_1 for values from (0) to (10);
create index whole on only part (a);
create index second on part_1 (a);
alter index whole attach partition second;
