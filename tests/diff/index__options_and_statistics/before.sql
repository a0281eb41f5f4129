create table t (a int);
create index i on t ((a + 1));
create index j on t (a) with (fillfactor = 50);
