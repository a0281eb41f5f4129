create table t (id int primary key, name text);
comment on table t is 'x';
insert into t values (1, 'a;b'), (2, null);
