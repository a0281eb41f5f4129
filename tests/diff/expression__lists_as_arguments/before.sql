create table parcel (size varchar(3), note varchar, weight int, height int, kind text);
create function one_of(given text[]) returns boolean language sql immutable as 'select true';
create function highest(given bigint[]) returns boolean language sql immutable as 'select true';
