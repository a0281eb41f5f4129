create table t (a int primary key);
comment on constraint t_pkey on t is 'the key';
