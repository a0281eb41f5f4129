-- an index that was made for the whole alone: a partition that joins gets none by itself
create table public.logs (day integer, word text) partition by list (day);
create index logs_word on only public.logs (word);
create unique index logs_once on public.logs (day, word);
create table public.logs_2 (day integer, word text);
