create table stay (room int, nights int, paid bool generated always as (nights >= 1 and nights <= 9 and room > 2) stored,
    constraint short check (nights >= 0 and nights <= 10 and room >= 0),
    late bool default (1 >= 0 and 1 <= length(current_user) and true),
    constraint moved check (room is distinct from 1 or nights is distinct from 2 or 1 is distinct from 3));
create index on stay (room) where nights >= 0 and nights <= 10 and room >= 0;
create view free as select room from stay where nights >= 0 and nights <= 10 and room >= 0;
create policy few on stay using (nights >= 0 and nights <= 10 and room >= 0);
create function lasts(a int, b bool default (1 >= 0 and 1 <= 2 and true)) returns int language sql as 'select 1';
create domain floor as int check (value >= 1 and value <= 90 and value <> 13);
create table by_kind (a int, b int) partition by list ((b >= 0 and b <= 10 and a >= 0));
