-- books: one row a book on a shelf. Written by the librarian.

create table public.books (
    id bigint generated always as identity,
    title text not null,

    constraint books_pkey primary key (id)
);

alter table public.books enable row level security;
