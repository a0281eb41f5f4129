create function both_of(a int, out b int, inout c timestamptz) language sql as 'select 1, now()';
create view seen as select b, c from both_of(1, now());
create procedure give(in a int, out b int, out c text) language sql as $$select 1, 'x'$$;
