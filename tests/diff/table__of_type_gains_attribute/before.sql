create type person as (name text, age int);
create table t of person;
