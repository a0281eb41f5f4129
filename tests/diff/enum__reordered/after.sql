create type mood as enum ('c', 'a', 'b');
create table t (m mood primary key);
create table u (m mood references t (m));
