create table sales (region int, net int, gross int generated always as (net + 10) stored) partition by list (region);
create table sales_north partition of sales (gross generated always as (net + 11) stored) for values in (1);
create table sales_south partition of sales (gross generated always as (net + 2) stored) for values in (2);
create table prices (net int, gross int generated always as (net * 2) stored);
create table prices_old (gross int generated always as (net * 5) stored) inherits (prices);
create table prices_odd (gross int generated always as (net * 2) stored) inherits (prices);
alter table sales add column tax int generated always as (net + 20) stored;
create table sales_west partition of sales (tax generated always as (net + 21) stored) for values in (3);
