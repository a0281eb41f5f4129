create table stay (room int, nights int, paid bool generated always as (nights between 1 and 9 and room > 2) stored,
    constraint short check (nights between 0 and 10 and room >= 0),
    late bool default (1 between 0 and length(current_user) and true),
    constraint moved check ((room, nights, 1) is distinct from (1, 2, 3)));
create index on stay (room) where nights between 0 and 10 and room >= 0;
create view free as select room from stay where nights between 0 and 10 and room >= 0;
create policy few on stay using (nights between 0 and 10 and room >= 0);
create function lasts(a int, b bool default (1 between 0 and 2 and true)) returns int language sql as 'select 1';
create domain floor as int check (value between 1 and 90 and value <> 13);
create table by_kind (a int, b int) partition by list ((b between 0 and 10 and a >= 0));
