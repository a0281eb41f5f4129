create table t (id int, name varchar(10), extra int);
create function f() returns setof text language sql begin atomic select name from t where extra > 0; end;
