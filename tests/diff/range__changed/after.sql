create function idiff(int, int) returns float8 language sql immutable as 'select ($1 - $2)::float8';
create type r as range (subtype = int, subtype_diff = idiff);
create table t (a r);
