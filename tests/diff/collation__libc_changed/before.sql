create collation c1 (locale = 'C');
create table t (a text collate c1);
create index t_a_idx on t (a);
