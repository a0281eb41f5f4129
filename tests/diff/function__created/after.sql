create function f(a int, b text default 'x', variadic c int[] default '{}') returns table (x int, y text) language sql stable parallel safe cost 5 rows 7 security definer set search_path = '' set work_mem = '1MB' as $$ select 1, 'a' $$;
create function g(out a int, inout b text) language plpgsql as $$ begin a := 1; end $$;
create function h() returns void language sql begin atomic select 1; select 2; end;
comment on function f(int, text, int[]) is 'a function';
