create type c as (a int, b text);
create table t (v c);
create view w as select (v).b from t;
