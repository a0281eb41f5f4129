create table t (a int, b int, c int);
alter table t add constraint t_a_check check ((a > 0));
alter table t add constraint t_b_key unique (b);
alter table t add constraint t_c_fkey foreign key (c) references t (b);
