create function era(given int, length int default 100) returns bigint language sql immutable as 'select given / length';
create table event (at int, note text) partition by range (era(at));
create table event_early partition of event for values from (0) to (10);
create table event_late partition of event default;
create view eras as select era(at) as of from event;
