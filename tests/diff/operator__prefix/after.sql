create function neg(text) returns text language sql immutable as 'select reverse($1)';
create operator @@@ (function = neg, rightarg = text);
create view v as select @@@ 'abc'::text as x;
