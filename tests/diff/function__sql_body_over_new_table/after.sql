create table things (id int primary key);
create function total() returns bigint language sql as 'select count(*) from public.things';
create view totals as select total() as n;
create materialized view counted as select total() as n;
