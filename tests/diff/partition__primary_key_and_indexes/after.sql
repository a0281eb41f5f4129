create table t (id int not null, a text, primary key (id)) partition by range (id);
create table t1 partition of t for values from (0) to (10);
create index t_a_idx on t (a);
create index t1_only on t1 (lower(a));
