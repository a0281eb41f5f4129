-- needs: icu
create collation x (provider = icu, locale = 'de');
create table t (a text collate x, b int);
create index i on t (a);
create view v as select a from t;
