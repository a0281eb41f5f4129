create type weight as (grams integer);
create function whole_grams(weight) returns integer language sql immutable as 'select coalesce($1.grams, 0)';
create cast (weight as integer) with function whole_grams(weight) as implicit;
create table parcel (load weight, check (load::integer > 0));
create index parcel_by_load on parcel ((load::integer));
create view heavy as select load from parcel where load::integer > 1000;
