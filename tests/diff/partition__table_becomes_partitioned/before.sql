create table t (id int primary key, a text default 'x');
create index t_a_idx on t (a);
grant select on t to public;
comment on table t is 'kept';
