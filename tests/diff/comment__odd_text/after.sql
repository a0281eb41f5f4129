create table t (id int);
comment on table t is E'a ''quote'', a \\ backslash,\na line; -- and a dash $$ 100% {braces} %s';
create function f() returns text language sql as $f$ select 'it''s %s; {x}' $f$;
