create table parcel (size varchar(3), note varchar,
    constraint sizes check ((size)::text = any ((array['S'::varchar, 'it''s'::varchar, '(,'::varchar])::text[])));
create view small as select note from parcel where (size)::text <> all ((array['L'::varchar, 'XL'::varchar])::text[]);
create statistics parcel_sizes on ((size)::text = any ((array['S'::varchar, 'M'::varchar])::text[])), (length(note))
    from parcel;
create view twins as select size from parcel p
    where exists (select from parcel q where (q.size)::text = any ((array[p.size, p.note])::text[]));
