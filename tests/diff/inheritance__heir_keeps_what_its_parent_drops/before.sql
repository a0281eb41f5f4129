-- what a table had from its parent alone is its own afterwards; its siblings lose it
create table public.things (id integer, weight integer, label text not null, note text, constraint weight_check check (weight > 0));
create table public.boxes () inherits (public.things);
create table public.small_boxes (lid boolean) inherits (public.boxes);
create table public.bags (handle text) inherits (public.things);
insert into public.small_boxes (id, weight, label, note) values (1, 2, 'three', 'four');
insert into public.bags (id, weight, label, note) values (5, 6, 'seven', 'eight');
