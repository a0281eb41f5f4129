create type mood as enum ('a', 'c');
create table t (id int, m mood default 'a') partition by range (id);
create table t1 partition of t for values from (0) to (10);
