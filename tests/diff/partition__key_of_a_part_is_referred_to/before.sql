-- what refers to a partition's part of a key goes before the key of the whole
create table public.orders (shop integer, number integer, unique (shop, number)) partition by list (shop);
create table public.orders_1 partition of public.orders for values in (1) partition by list (number);
create table public.orders_1_1 partition of public.orders_1 for values in (1);
create table public.lines (shop integer, number integer, foreign key (shop, number) references public.orders_1 (shop, number));
