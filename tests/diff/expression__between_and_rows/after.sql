create table stay (room int, nights int, paid bool generated always as (nights between 1 and 9 and room > 2) stored,
    constraint short check (nights between 0 and 10 and room >= 0));
create index on stay (room) where nights not between 0 and 10 or room >= 0;
create view free as select room from stay
    where nights between 0 and 10 and room >= 0 and exists (select from stay s where s.room between 1 and 2 and s.paid);
create policy few on stay using ((room, nights, 1) is distinct from (1, 2, 3));
create function moved() returns trigger language plpgsql as 'begin return new; end';
create trigger moved after update on stay for each row
    when (new.room between 1 and 2 and old.nights > 1) execute function moved();
create rule kept as on update to stay where (old.room, old.nights) is distinct from (new.room, new.nights)
    do also delete from stay where false;
create function is_short(n int) returns bool language sql return n between 0 and 1 and n > 0;
create statistics few on (room between 1 and 2 and nights is null), nights from stay;
create materialized view sums as
    select sum(room) filter (where room between 1 and 2 and nights is null)
        over (partition by nights order by room rows between 1 preceding and 1 following) from stay;
