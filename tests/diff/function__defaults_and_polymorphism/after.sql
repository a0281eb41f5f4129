create function f(anyelement, variadic anyarray) returns anyelement language sql as 'select $1';
create function g(a text default 'x''y', b timestamptz default now(), c int[] default array[1, 2]) returns record language sql as 'select 1, 2';
create function h(inout x int, out y text) language sql as 'select $1, ''a''';
