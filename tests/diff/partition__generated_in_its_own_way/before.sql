-- min: 17
create table sales (region int, net int, gross int generated always as (net + 1) stored) partition by list (region);
create table sales_north partition of sales for values in (1);
create table sales_south partition of sales (gross generated always as (net + 2) stored) for values in (2);
create table prices (net int, gross int generated always as (net * 2) stored);
create table prices_old () inherits (prices);
create table prices_odd (gross int generated always as (net * 3) stored) inherits (prices);
create table sales_west partition of sales for values in (3);
