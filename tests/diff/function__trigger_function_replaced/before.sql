create table t (id int);
create function f(x int) returns int language sql as 'select 1';
create index i on t (f(id)) where false;
