create collation c1 (locale = 'C');
create table t (a text collate c1, b text);
create view v as select a from t;
