create type c as (a int);
create table t (v c);
