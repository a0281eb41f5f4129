create table t (id int, name varchar(20));
create materialized view m as select id, name from t;
create unique index m_id_idx on m (id);
