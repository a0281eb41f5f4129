create table t (a text, b int);
create index i on t (a, b desc nulls last);
