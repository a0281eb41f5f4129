create domain d as int default 2 not null constraint low check (value > 1) constraint high check (value < 9);
create table t (a d);
