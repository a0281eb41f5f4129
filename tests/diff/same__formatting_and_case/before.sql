create table t (id integer primary key, name varchar(20) not null default 'x', price decimal(10,2));
create view v as select id, name from t where id > 3;
