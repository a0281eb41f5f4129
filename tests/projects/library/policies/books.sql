-- books: who may do what.

revoke all on table public.books from public, library_reader;
grant select on table public.books to library_reader;

create policy "readers read books that are in"
on public.books
as permissive
for select
to library_reader
using (not (select public.is_out(id)));
