create table t (id int primary key, old_name text, kept int);
create index t_old on t (old_name);
create view v as select id, kept from t;
