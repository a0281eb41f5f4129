create table t (a text collate "C", b text collate "POSIX");
create index t_a_idx on t (a);
