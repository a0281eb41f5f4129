create schema s;
create type e as enum ('a', 'b');
create table t (x e default 'a', y e[]);
