create type weight as (grams integer);
create function grams_of(weight) returns integer language sql immutable as 'select $1.grams';
create cast (weight as integer) with function grams_of(weight) as implicit;
create table parcel (load weight, check (load::integer > 0));
create index parcel_by_load on parcel ((load::integer));
create view heavy as select load from parcel where load::integer > 1000;
