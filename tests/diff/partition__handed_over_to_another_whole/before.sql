-- partitions that are kept while the whole they belong to is another one, referred to from its own partitions
create table public.years (number integer, note text, unique (number)) partition by list (number);
create table public.year_1 partition of public.years (primary key (number), unique (note)) for values in (1);
create table public.days (number integer, note text) partition by list (number);
create table public.day_1 partition of public.days (primary key (number)) for values in (1);
alter table public.days add constraint days_year foreign key (number) references public.years (number);
alter table public.day_1 add constraint day_year foreign key (number) references public.year_1 (number);
insert into public.years values (1, 'first');
