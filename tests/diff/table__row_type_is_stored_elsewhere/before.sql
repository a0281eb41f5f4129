create table place (x int, note text);
create domain spot as place check ((value).x > 0);
create table trip (start place, stops place[], goal spot default row(1, 'a')::place);
create view starts as select (start).x, goal from trip;
create materialized view kept as select place as all_of_it from place;
create function first(trip) returns place language sql as 'select $1.start';
insert into trip values (row(1, 'a'), array[row(2, 'b')::place], row(3, 'c'));
