create table note (a int, b text, c int);
create publication outward for table note (a, c) where (a > 0);
