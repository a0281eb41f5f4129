create table t (a int, b text);
create index i on t (a, b);
comment on index i is 'kept';
