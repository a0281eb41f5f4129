create function next_code(prefix text default 'p') returns text language sql immutable as $$select prefix$$;
create table by_default (code text default next_code('z'), other text default next_code() || 'r');
create table by_rule (code text check (code <> next_code()));
create index on by_rule ((code || next_code()));
create view by_view as select next_code() as code;
create policy by_policy on by_rule using (code = next_code() or code is null);
create domain code as text default next_code() check (value <> next_code());
create table coded (code code);
