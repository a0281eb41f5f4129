create table t (id int, name text);
create materialized view m with (fillfactor = 70) as select id, name from t;
create index m_name_idx on m (name);
create materialized view n as select id from m with no data;
comment on materialized view m is 'cached';
