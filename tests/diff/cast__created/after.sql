create type c as (a int);
create function to_c(int) returns c language sql immutable as 'select row($1)::c';
create cast (int as c) with function to_c(int) as assignment;
create cast (text as c) with inout as implicit;
comment on cast (int as c) is 'wrap';
