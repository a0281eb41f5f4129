create table ticket (a int, state text);
create policy few on ticket using (exists (select null from ticket other where other.a = 1));
create view told as select a, (select 'x') as one, (select -1) as two from ticket
    where state in (select 'a' union all select 'b') and (a, state) in (select distinct -1, 'x');
