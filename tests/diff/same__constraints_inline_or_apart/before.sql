create table t (a int check (a > 0), b int unique, c int references t (b));
