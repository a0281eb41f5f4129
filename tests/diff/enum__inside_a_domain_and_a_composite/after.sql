create type mood as enum ('a', 'b');
create domain good as mood check (value <> 'b');
create type pair as (m mood, n int);
create table t (g good, p pair);
