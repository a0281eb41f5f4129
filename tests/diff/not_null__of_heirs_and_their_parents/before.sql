-- min: 18
-- a NOT NULL is a table's own, its parent's, or both; it changes hands, and its name goes along
create table public.owned (id integer, a integer);
create table public.owned_heir () inherits (public.owned);
alter table public.owned_heir alter column a set not null;
create table public.both_ways (id integer, a integer not null);
create table public.both_ways_heir () inherits (public.both_ways);
create table public.renamed (id integer, a integer constraint renamed_given not null);
create table public.renamed_heir () inherits (public.renamed);
create table public.let_go (id integer, a integer not null);
create table public.let_go_heir () inherits (public.let_go);
alter table public.let_go_heir alter column a set not null;
create table public.newer (id integer);
create table public.newer_heir () inherits (public.newer);
insert into public.owned_heir values (1, 2);
insert into public.both_ways_heir values (1, 2);
insert into public.let_go_heir values (1, 2);
