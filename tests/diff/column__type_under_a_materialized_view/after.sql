create table t (id bigint, name text);
create materialized view m as select id, name from t;
create unique index m_id_idx on m (id);
