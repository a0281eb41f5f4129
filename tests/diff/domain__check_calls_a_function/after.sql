create function ok(t text) returns boolean language sql immutable as 'select t <> ''''';
create domain d as text check (ok(value));
create table t (a d);
