create table t (id bigint generated always as identity, a int, b int generated always as (a * 2) stored) partition by range (a);
create table t1 partition of t for values from (0) to (10);
