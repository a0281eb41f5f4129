create table t (a text unique, b text);
create index i on t (a);
create function f(text) returns text language sql as 'select $1::text';
