create table ticket (a int, state text);
create policy few on ticket using (exists (select null::text as text from ticket other where other.a = 1));
create view told as select a, (select 'x'::text as text) as one, (select '-1'::integer as int4) as two from ticket
    where state in (select 'a'::text as text union all select 'b'::text)
        and (a, state) in (select distinct '-1'::integer as int4, 'x'::text);
