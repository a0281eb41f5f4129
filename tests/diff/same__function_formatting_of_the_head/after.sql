create or replace function public.f(a integer) returns integer as $x$ select a $x$ immutable language sql;
