create collation c1 (lc_collate = 'C', lc_ctype = 'POSIX');
create table t (a text collate c1);
create index t_a_idx on t (a);
