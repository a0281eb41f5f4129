create table t (a int, b text);
create index i on t (a);
create unique index j on t (b) where a > 1;
