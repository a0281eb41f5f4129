-- user_roles: what happens by itself when a row changes.

create or replace trigger _100_set_updated_at
before update on public.user_roles
for each row
when (old.* is distinct from new.*)
execute function private.set_updated_at();
