-- books: one row a book on a shelf. Written by the librarian.

create table public.books (
    id bigint generated always as identity,
    title text not null,

    constraint books_pkey primary key (id)
);

alter table public.books enable row level security;
-- loans: one row a book that is out. Written by borrow_book().

create table public.loans (
    book_id bigint not null,
    reader text not null,

    constraint loans_pkey primary key (book_id),
    constraint loans_book_id_fkey foreign key (book_id) references public.books (id) on delete cascade
);

alter table public.loans enable row level security;
