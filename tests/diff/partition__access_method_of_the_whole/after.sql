create table part (a int) partition by range (a) using heap;
create table more (a int) partition by range (a) using heap;
