create table t (id int, name text);
create materialized view m as select id from t;
create unique index m_id_idx on m (id);
create view v as select id from m;
grant select on m to public;
