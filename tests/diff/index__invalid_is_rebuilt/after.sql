create table t (a int);
create index i on t (a);
cluster t using i;
