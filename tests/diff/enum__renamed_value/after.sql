create type e as enum ('a', 'bee');
create table t (x e);
