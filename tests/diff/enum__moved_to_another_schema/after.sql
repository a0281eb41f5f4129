create schema s;
create type s.e as enum ('a', 'b');
create table t (x s.e default 'a', y s.e[]);
