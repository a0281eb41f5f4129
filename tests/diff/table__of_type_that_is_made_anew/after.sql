create type spot as (a bigint, c text, d date);
create function echo(spot) returns spot language sql as 'select $1';
create view seen as select echo(null::spot) as x, (echo(null)).a;
create domain kept_spot as spot;
create table spots of spot;
