create table note (c bigint, b text, a int);
create publication outward for table note (c, a) where (a > 0);
