create domain email as text check (value ~ '@');
create domain positive as int check (value > 0);
create table t (e email default 'a@b', n positive not null);
