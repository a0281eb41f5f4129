create table t (a int);
create index i on t ((a + 1)) with (fillfactor = 80);
alter index i alter column 1 set statistics 300;
create index j on t (a);
