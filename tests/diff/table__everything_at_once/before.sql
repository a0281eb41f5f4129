create table t (id serial primary key, a varchar(10) not null default 'x', b int, c timestamp, unique (a, b));
create index t_c on t (c);
