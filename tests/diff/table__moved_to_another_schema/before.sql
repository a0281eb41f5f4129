create schema a;
create table public.t (id int primary key);
