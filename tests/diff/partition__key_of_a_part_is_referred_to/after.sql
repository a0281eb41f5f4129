-- what refers to a partition's part of a key goes before the key of the whole
create table public.orders (shop integer, number integer) partition by list (shop);
