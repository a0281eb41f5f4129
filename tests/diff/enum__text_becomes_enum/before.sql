create table t (m text not null default 'a');
create view v as select m from t;
