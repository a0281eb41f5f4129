-- partitions that are kept while the whole they belong to is another one, referred to from its own partitions
create table public.seasons (number integer, note text, unique (number)) partition by list (number);
create table public.year_1 partition of public.seasons (primary key (number), unique (note)) for values in (1);
create table public.weeks (number integer, note text) partition by list (number);
create table public.day_1 partition of public.weeks (primary key (number)) for values in (1);
alter table public.weeks add constraint days_year foreign key (number) references public.seasons (number);
alter table public.day_1 add constraint day_year foreign key (number) references public.year_1 (number);
