create type person as (name text, age int);
create table t (name text, age int);
