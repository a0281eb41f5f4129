create type mood as enum ('a', 'b');
create table t (id int, m mood default 'b', check (m <> 'b' or id > 0));
