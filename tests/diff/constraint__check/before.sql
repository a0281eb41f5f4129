create table t (a int, b int, constraint a_positive check (a > 0));
