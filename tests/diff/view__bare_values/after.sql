create view sizes (size, "longest side", note) as values ('S)', 10, 'a'), ('M(', 20, 'b'' "') order by 2 desc;
create materialized view floors (floor, name) as values (0, 'ground'), (1, 'first');
create unique index on floors (floor);
create view halls (hall) as select 1 union values (2), (4);
create view around (n) as
    with recursive r (n) as (select 1 union all select n + 1 from r where n < 5)
    cycle n set "is a circle" to 'it''s' default 'no' using way
    select n from r;
