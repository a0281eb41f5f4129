create table parcel (size varchar(3), note varchar, weight int, height int, kind text);
create function one_of(given text[]) returns boolean language sql immutable as 'select true';
create function highest(given bigint[]) returns boolean language sql immutable as 'select true';
alter table parcel add constraint kinds check (one_of(array[size, note]) and one_of(array[size]) and kind in (size, note)),
    add constraint weights check (highest(array[weight, height]) and highest(array[weight, 2]));
create view told as select one_of(array[note, 'a']) as noted, highest(array[weight]) as heavy,
    coalesce(array['1'::varchar(3)], array[kind]) as kinds, array[weight]::bigint[] as each from parcel;
