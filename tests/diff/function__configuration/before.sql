create function f() returns int language sql set search_path to public, pg_temp as 'select 1';
