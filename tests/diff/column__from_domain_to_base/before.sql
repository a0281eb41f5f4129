create domain email as text check (value ~ '@');
create table t (e email, es email[]);
