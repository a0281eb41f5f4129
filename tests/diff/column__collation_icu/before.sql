-- needs: icu
create collation c1 (provider = icu, locale = 'en');
create table t (a text, b text collate "C");
create index t_a_idx on t (a);
