create table t (id int);
create materialized view m with (autovacuum_enabled = off) as select id from t;
