create function era(given int) returns int language sql immutable as 'select given / 100';
create table event (at int, note text) partition by range (era(at));
create table event_early partition of event for values from (0) to (10);
create table event_late partition of event default;
create view eras as select era(at) as of from event;
insert into event values (5, 'a'), (2000, 'b');
