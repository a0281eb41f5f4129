create type size as enum ('small', 'middle', 'large');
create type sizes as range (subtype = size);
create table parcel (is_size size, same size generated always as (is_size) stored, fits sizes default '[small,large]');
create index on parcel (same);
insert into parcel values ('middle', default, '[middle,middle]');
create table by_size (is_size size) partition by list (is_size);
create table small_ones partition of by_size for values in ('small');
create table other_ones partition of by_size for values in ('middle', 'large');
insert into by_size values ('large');
