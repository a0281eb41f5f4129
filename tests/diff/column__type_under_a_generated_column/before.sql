create table t (a int, b int generated always as (a * 2) stored);
create index t_b_idx on t (b);
