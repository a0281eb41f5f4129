-- profiles: what happens by itself when a row changes.

create or replace trigger _100_set_updated_at
before update on public.profiles
for each row
when (old.* is distinct from new.*)
execute function private.set_updated_at();
