-- min: 18
create table t (a int);
alter table t add constraint t_a_not_null not null a not valid;
comment on constraint t_a_not_null on t is 'later';
