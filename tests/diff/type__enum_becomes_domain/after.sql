create domain d as text check (value in ('a', 'b'));
create table t (x d);
