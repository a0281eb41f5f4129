create table place (x bigint, note text, more int);
create domain spot as place check ((value).x > 0);
create table trip (start place, stops place[], goal spot default row(1, 'a', 2)::place);
create view starts as select (start).x, goal from trip;
create materialized view kept as select place as all_of_it from place;
create function first(trip) returns place language sql as 'select $1.start';
