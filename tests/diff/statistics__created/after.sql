create table t (a int, b int, c text);
create statistics s (dependencies, mcv) on a, b from t;
create statistics e on (a + b), lower(c) from t;
alter statistics s set statistics 200;
comment on statistics s is 'ab';
