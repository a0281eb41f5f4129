create table t (id int primary key, new_name text, kept bigint);
create index t_old on t (new_name);
create view v as select id, kept from t;
