-- the table to attach has an index of its own that looks like the whole's, and keeps it beside the whole's part
create table public.visits (site text, page text) partition by list (site);
create index visits_page on public.visits (site, page);
create table public.visits_a (site text, page text);
create index own_page on public.visits_a (site, page);
create unique index visits_once on public.visits (site, page);
alter table public.visits_a add constraint own_once unique (site, page);
