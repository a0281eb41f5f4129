-- is_out: whether a book is on loan.

create or replace function public.is_out(p_book_id bigint)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
    select exists (select 1 from public.loans where book_id = p_book_id)
$$;

revoke all on function public.is_out(bigint) from public;
grant execute on function public.is_out(bigint) to library_reader;
