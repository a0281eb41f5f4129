create function f(a int, b int default 1) returns int language sql as 'select 1';
