create type mood as enum ('a', 'b', 'c');
create domain good as mood check (value <> 'c');
create type pair as (m mood, n int);
create table t (g good, p pair);
