create table t (id int primary key) partition by range (id);
create table t1 partition of t for values from (0) to (10);
comment on table t1 is 'part';
comment on column t1.id is 'id';
comment on index t_pkey is 'whole';
comment on index t1_pkey is 'piece';
comment on constraint t1_pkey on t1 is 'key';
