-- an index that was made for the whole alone: a partition that joins gets none by itself
create table public.logs (day integer, word text) partition by list (day);
create unique index logs_once on public.logs (day, word);
create table public.logs_1 partition of public.logs for values in (1) partition by list (word);
create table public.logs_1_a partition of public.logs_1 for values in ('a');
create table public.logs_2 partition of public.logs for values in (2);
create index logs_word on only public.logs (word);
