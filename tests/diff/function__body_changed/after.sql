create function f() returns int language sql immutable strict leakproof as 'select 2';
