create table t (a bigint, b bigint generated always as (a * 2) stored);
create index t_b_idx on t (b);
