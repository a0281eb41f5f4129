create table t (id int, a text) partition by range (id);
create table t1 partition of t for values from (0) to (10);
create index t_a_idx on only t (a);
create index t1_mine on t1 (a);
alter index t_a_idx attach partition t1_mine;
