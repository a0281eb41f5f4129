-- books: the one that every library has.

insert into public.books (title) select 'A dictionary' where not exists (select 1 from public.books);
