create table t (a int);
alter table t add constraint t_a_check check (a > 0) not valid;
