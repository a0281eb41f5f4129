-- min: 18
-- a NOT NULL is a table's own, its parent's, or both; it changes hands, and its name goes along
create table public.owned (id integer, a integer not null);
create table public.owned_heir () inherits (public.owned);
create table public.both_ways (id integer, a integer not null);
create table public.both_ways_heir () inherits (public.both_ways);
alter table public.both_ways_heir alter column a set not null;
create table public.renamed (id integer, a integer constraint renamed_taken not null);
create table public.renamed_heir () inherits (public.renamed);
create table public.let_go (id integer, a integer);
create table public.let_go_heir () inherits (public.let_go);
create table public.newer (id integer, a integer, b integer not null);
create table public.newer_heir () inherits (public.newer);
alter table public.newer_heir alter column a set not null, alter column b set not null;
