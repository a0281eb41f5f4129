-- min: 17
create table part (a int) partition by range (a);
