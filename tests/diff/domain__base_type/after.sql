create domain d as bigint check (value > 0);
create table t (a d, b d[]);
create view v as select a from t;
