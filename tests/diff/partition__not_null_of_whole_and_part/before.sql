-- a partition keeps its NOT NULL when the whole gives its own up, and loses its own for the whole's
create table public.trips (line integer, stop text not null, note text, fare numeric) partition by list (line);
create table public.trips_1 partition of public.trips for values in (1);
create table public.trips_2 partition of public.trips (note not null) for values in (2);
create table public.trips_3 partition of public.trips for values in (3);
alter table public.trips_3 alter column stop set not null, alter column note set not null;
