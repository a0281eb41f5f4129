create table t (a int, constraint two check (a > 0), constraint k2 unique (a));
