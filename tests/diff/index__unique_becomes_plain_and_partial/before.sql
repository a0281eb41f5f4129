create table t (a int, b text);
create unique index i on t (a);
create index j on t (b) where a > 0;
