create table t (id int primary key, a int, b int check (b > 0), c int, unique (a, c));
create index t_b_idx on t (b);
create view v as select id, a from t;
