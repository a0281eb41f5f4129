create type mood as enum ('a');
create table t (id int, m mood default 'a');
