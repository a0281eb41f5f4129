-- needs: icu
create collation german (provider = icu, locale = 'de-DE');
create collation nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create collation posix (locale = 'C');
create table t (a text collate german, b text collate nocase);
comment on collation german is 'de';
