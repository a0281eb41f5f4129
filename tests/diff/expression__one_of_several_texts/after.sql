create domain size_name as varchar(3) check (value in ('S', 'M', 'L'));
create table parcel (size varchar(3), note varchar, kind regclass,
    fits boolean generated always as (size in ('S', 'M')) stored,
    constraint sizes check (size in ('S', 'M', 'L')),
    constraint notes check (note not in ('it''s', 'a, b', '(')),
    constraint kinds check (kind in ('pg_class', 'pg_type'))
);
create index on parcel (note) where size in ('S', 'M');
create statistics parcel_sizes on (size in ('S', 'M')), (length(note)) from parcel;
create policy small on parcel using (size in ('S', 'M'));
create view small as select note from parcel where size in ('S', 'M');
create function small_ones() returns bigint language sql begin atomic
    select count(*) from parcel where size in ('S', 'M');
end;
create function keep() returns trigger language plpgsql as 'begin return new; end';
create trigger keep before insert on parcel for each row when (new.size in ('S', 'M')) execute function keep();
create rule none as on delete to parcel where old.size in ('S', 'M') do instead nothing;
create view spread as
    select percentile_cont(array[0.25, 0.5]) within group (order by length(note)) as quarters,
        percentile_cont(array[0, 1]) within group (order by length(note)) as ends
    from parcel;
