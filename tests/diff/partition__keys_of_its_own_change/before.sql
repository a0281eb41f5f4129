-- each partition has a key of its own; with another key, other columns may be empty
create table public.parcels (region text, number integer, label text, weight numeric) partition by list (region);
create table public.parcels_north partition of public.parcels (primary key (region, number)) for values in ('north');
create table public.parcels_south partition of public.parcels (primary key (region, label)) for values in ('south');
create table public.parcels_east partition of public.parcels (weight not null) for values in ('east');
create table public.boxes (number integer, label text);
create table public.small_boxes () inherits (public.boxes);
alter table public.small_boxes alter column label set not null;
