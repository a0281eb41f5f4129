create function part(a int) returns bigint language sql immutable as 'select a::bigint';
create table t (a int, b text);
create materialized view kept as select a, b from t;
alter materialized view kept alter a set statistics 9, alter b set (n_distinct_inherited = 5);
create materialized view rebuilt as select part(a) as a, b from t;
alter materialized view rebuilt alter a set statistics 8, alter b set (n_distinct = 6);
