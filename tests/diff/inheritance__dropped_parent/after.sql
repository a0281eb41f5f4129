create table c1 (id int, b int);
