-- needs: icu
create collation x (provider = icu, locale = 'en');
create table t (a text collate x, b int);
create index i on t (a);
create view v as select a from t;
