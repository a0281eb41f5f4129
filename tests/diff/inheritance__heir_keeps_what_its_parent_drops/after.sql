-- what a table had from its parent alone is its own afterwards; its siblings lose it
create table public.things (id integer, label text);
create table public.boxes () inherits (public.things);
create table public.small_boxes (lid boolean) inherits (public.boxes);
alter table public.small_boxes add column note text;
create table public.bags (handle text) inherits (public.things);
alter table public.bags add column weight integer, alter column label set not null;
alter table public.bags add constraint weight_check check (weight > 0);
