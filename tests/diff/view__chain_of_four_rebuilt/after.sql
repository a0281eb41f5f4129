create table t (id int, a bigint, b int);
create view v1 as select id, a, b from t;
create view v2 as select id, a from v1;
create materialized view v3 as select id, a from v2;
create view v4 as select v3.a, v1.b from v3 join v1 using (id);
create index v3_a on v3 (a);
