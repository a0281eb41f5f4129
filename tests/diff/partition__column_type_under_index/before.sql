create table t (id int, a varchar(5)) partition by range (id);
create table t1 partition of t for values from (0) to (10);
create index t_i on t (a);
create view v as select a from t;
create view v1 as select a from t1;
