create table t (id int, name varchar(20));
create view v as select id, name from t;
create view w as select name from v where id > 0;
grant select on w to public;
comment on view w is 'kept';
