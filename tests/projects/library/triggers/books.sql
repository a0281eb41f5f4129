-- books: what happens by itself.

create or replace trigger _100_stamp_title
before insert on public.books
for each row execute function public.stamp_title();
