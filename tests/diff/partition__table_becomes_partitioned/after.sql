create table t (id int primary key, a text default 'x') partition by range (id);
create table t1 partition of t for values from (0) to (10);
create index t_a_idx on t (a);
grant select on t to public;
comment on table t is 'kept';
