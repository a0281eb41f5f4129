create table limits (most int);
create function a_cost(int) returns int language plpgsql immutable as 'begin return public.the_rate() * $1; end';
create function b_fits(int) returns boolean language plpgsql as
    'begin return not exists (select from public.limits where most < $1); end';
create function the_rate() returns int language plpgsql immutable as 'begin return 3; end';
create domain heavy as int check (b_fits(value));
create table parcel (
    weight int check (b_fits(weight)),
    first_cost int not null default a_cost(2),
    cost int generated always as (a_cost(weight)) stored,
    limited heavy default 4
);
create index on parcel (a_cost(weight));
create materialized view costs as select a_cost(weight) as cost from parcel where b_fits(weight);
