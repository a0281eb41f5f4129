create function f() returns int language sql set search_path to '' set statement_timeout to '5s' as 'select 1';
