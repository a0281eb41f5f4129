create type c as (a int, b text);
create table t (id int, v c, vs c[]);
create view w as select (v).a from t;
