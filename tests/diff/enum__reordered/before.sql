create type mood as enum ('a', 'b', 'c');
create table t (m mood primary key);
create table u (m mood references t (m));
