-- two partitioned tables that refer to each other become plain ones, and the other way round; their rows stay
create table public.drivers (depot text, name text, unique (depot, name));
create table public.vans (depot text, plate text, driver text, unique (depot, plate));
alter table public.vans add constraint vans_driver_fkey foreign key (depot, driver) references public.drivers (depot, name);
alter table public.drivers add column plate text;
alter table public.drivers add constraint drivers_plate_fkey foreign key (depot, plate) references public.vans (depot, plate);
