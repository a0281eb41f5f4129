create table parcel (label text, weight int,
    mark int generated always as (length(label)) stored,
    heavy text generated always as ((weight * 2)::text) stored unique,
    check (heavy > '0')
);
comment on column parcel.heavy is 'twice';
create index on parcel (mark);
create view marks as select mark, heavy from parcel;
create table shelf (floor int, place bigint generated always as (floor * 10) stored) partition by range (floor);
create table low_shelf partition of shelf for values from (0) to (9);
create table thing (kind int generated always as (5) stored);
create table box (depth int) inherits (thing);
