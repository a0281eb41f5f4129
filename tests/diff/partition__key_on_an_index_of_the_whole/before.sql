-- a partition's key is a part of a plain unique index of the whole; both go for a key of the whole
create table public.readings (station integer not null, taken date not null, value numeric) partition by list (station);
create table public.readings_1 partition of public.readings for values in (1);
create table public.readings_2 partition of public.readings for values in (2) partition by range (taken);
create table public.readings_2_old partition of public.readings_2 for values from (minvalue) to ('2024-01-01');
create unique index readings_pkey on only public.readings (station, taken);
create unique index readings_1_place on public.readings_1 (station, taken);
alter table public.readings_1 add constraint readings_1_place primary key using index readings_1_place;
alter index public.readings_pkey attach partition public.readings_1_place;
create unique index readings_2_place on only public.readings_2 (station, taken);
alter table public.readings_2_old add constraint readings_2_old_place unique (station, taken);
alter index public.readings_2_place attach partition public.readings_2_old_place;
alter index public.readings_pkey attach partition public.readings_2_place;
create table public.remarks (station integer, taken date, foreign key (station, taken) references public.readings_1);
insert into public.readings values (1, '2024-05-01', 3), (2, '2023-05-01', 4);
