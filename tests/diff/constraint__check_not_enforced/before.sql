-- min: 18
create table t (a int, b int, constraint c2 check (b > 0));
