create type person as (name text, age int, email text);
create table t of person;
