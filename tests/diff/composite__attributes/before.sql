create type c as (a int, b text, d int);
create table t (v c);
