create table t (id int, name text);
create view v with (security_invoker = true) as select id, name from t;
create view w as select * from v where id > 0 with local check option;
create recursive view r (n) as select 1 union all select n + 1 from r where n < 5;
comment on view v is 'rows';
comment on column v.name is 'the name';
