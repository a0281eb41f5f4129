create table t (id bigint, a text);
create view v as select id from t;
create rule ins as on insert to v do instead insert into t (id, a) values (new.id, 'x');
