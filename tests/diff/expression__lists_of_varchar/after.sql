create table ticket (state varchar(10), kind varchar,
    constraint known check (state in ('open', 'closed', 'it''s, ]') and kind not in ('a', 'b')),
    constraint nested check (kind in ('a', case when state in ('x', 'y') then 'b' else 'c' end)),
    busy boolean generated always as (state in ('open', 'waiting')) stored);
create index on ticket (kind) where state in ('open', 'waiting');
create index on ticket ((state in ('open', 'waiting')));
create policy few on ticket using (state in ('open', 'waiting')) with check (kind not in ('c', 'd'));
create view busy as select kind, kind in ('e', 'f') as late from ticket where state in ('open', 'waiting');
create rule none as on insert to busy where new.kind in ('g', 'h') do instead nothing;
create statistics beside on kind, (state in ('open', 'waiting')) from ticket;
create domain mark as varchar check (value in ('x', 'y'));
create function is_mark(given varchar) returns boolean language sql begin atomic
    select given in ('x', 'y');
end;
create table by_mark (kind varchar, at timestamp, check (at in (now()::timestamp, '2020-01-01'::timestamp)))
    partition by list ((kind in ('x', 'y')));
