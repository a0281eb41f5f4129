create table t (id bigint, a text);
create view v as select id, a from t;
