create table ticket (a int, state text, at date);
create policy few on ticket using (exists (select null from ticket other where other.a = 1));
create view told as select a, (select 'x') as one, (select -1) as two, array(select 'q') as three from ticket
    where state in (select 'a' union all select 'b') and (a, state) in (select distinct -1, 'x')
        and exists (select 'y'::varchar) and at > (select '2020-01-01'::date);
create rule more as on update to ticket do also insert into ticket select -1, 'x' where exists (select 'a');
create function count_it() returns int begin atomic
    update ticket set (a, state) = (select -2, 'x') returning 'y', -1;
    select 1 where exists (select 'a');
end;
create view named as with q as (select 'a', -1 as b) select *, 'c' as text, '2020-01-01'::timestamptz from q;
