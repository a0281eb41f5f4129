create table t1 (id int, a text);
