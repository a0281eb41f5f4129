-- books: a small shelf.

insert into public.books (title) values ('  Dune'), ('Emma ');
