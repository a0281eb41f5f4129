create table parcel (size varchar(3), note varchar, constraint sizes check (size in ('S', 'it''s', '(,')));
create view small as select note from parcel where size not in ('L', 'XL');
create statistics parcel_sizes on (size in ('S', 'M')), (length(note)) from parcel;
create view twins as select size from parcel p where exists (select from parcel q where q.size in (p.size, p.note));
