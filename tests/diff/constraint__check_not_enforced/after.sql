-- min: 18
create table t (a int, b int, constraint c1 check (a > 0) not enforced, constraint c2 check (b > 0) not enforced);
