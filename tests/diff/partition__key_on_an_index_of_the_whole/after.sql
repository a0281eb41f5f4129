-- a partition's key is a part of a plain unique index of the whole; both go for a key of the whole
create table public.readings (station integer not null, taken date not null, value numeric) partition by list (station);
create table public.readings_1 partition of public.readings for values in (1);
create table public.readings_2 partition of public.readings for values in (2) partition by range (taken);
create table public.readings_2_old partition of public.readings_2 for values from (minvalue) to ('2024-01-01');
alter table public.readings add constraint readings_pkey primary key (station, taken);
create table public.remarks (station integer, taken date, foreign key (station, taken) references public.readings_1);
