-- needs: icu
create collation c1 (provider = icu, locale = 'en');
create table t (a text collate "C", b text collate c1);
create index t_a_idx on t (a);
