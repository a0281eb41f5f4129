create type person as (name text, age int);
create table t of person (name with options not null default 'x', primary key (name));
comment on column t.age is 'years';
