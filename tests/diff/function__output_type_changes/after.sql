create function both_of(a int, out b bigint, inout c timestamptz) language sql as 'select 1::bigint, now()';
create view seen as select b, c from both_of(1, now());
create procedure give(in a int, out b int, out c varchar) language sql as $$select 1, 'x'::varchar$$;
