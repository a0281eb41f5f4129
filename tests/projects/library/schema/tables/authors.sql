-- authors: one row an author of a book; stands before books in the alphabet and needs it all the same.

create table public.authors (
    book_id bigint not null,
    name text not null,

    constraint authors_pkey primary key (book_id, name),
    constraint authors_book_id_fkey foreign key (book_id) references public.books (id) on delete cascade
);

alter table public.authors enable row level security;
