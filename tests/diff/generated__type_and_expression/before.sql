create table parcel (label text, weight int,
    mark text generated always as (label || '!') stored,
    heavy int generated always as (weight * 2) stored unique,
    check (heavy > 0)
);
comment on column parcel.heavy is 'twice';
create index on parcel (mark);
create view marks as select mark, heavy from parcel;
insert into parcel values ('a', 4);
create table shelf (floor int, place text generated always as (floor::text) stored) partition by range (floor);
create table low_shelf partition of shelf for values from (0) to (9);
insert into shelf values (3);
create table thing (kind text generated always as ('thing') stored);
create table box (depth int) inherits (thing);
