create extension citext;
create table t (a citext unique, b text);
create index i on t (a);
create function f(citext) returns text language sql as 'select $1::text';
