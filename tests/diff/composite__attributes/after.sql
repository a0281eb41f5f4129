create type c as (a int, d int, e text);
create table t (v c);
