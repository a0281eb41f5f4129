create type c as (b text, a int);
create table t (v c);
