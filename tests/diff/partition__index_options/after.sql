create table part (a int, b int, constraint k primary key (a) include (b) with (fillfactor = 80)) partition by range (a);
create table part_1 partition of part for values from (0) to (10);
create index part_b on part (b) with (fillfactor = 90);
