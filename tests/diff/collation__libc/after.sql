create collation c2 (lc_collate = 'C', lc_ctype = 'POSIX');
create table t (a text collate c2, b text collate c2);
create view v as select a from t;
comment on collation c2 is 'c';
