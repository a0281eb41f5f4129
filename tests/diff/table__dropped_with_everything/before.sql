create table t (id int primary key, name text not null unique check (name <> ''));
create index t_name_idx on t (lower(name));
comment on table t is 'gone soon';
