create domain d as int default 1 constraint low check (value > 0);
create table t (a d);
