create type person as (name text, age int);
