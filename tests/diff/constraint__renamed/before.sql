create table t (a int, constraint one check (a > 0), constraint k unique (a));
