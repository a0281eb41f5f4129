create type c as (a int);
create cast (text as c) with inout as assignment;
