-- set_updated_at: notes when a row last changed.

create or replace function private.set_updated_at()
returns trigger
language plpgsql
volatile
parallel unsafe
security invoker
set search_path = ''
as $$
begin
    new.updated_at := now();
    return new;
end
$$;

revoke all on function private.set_updated_at() from public, anon, authenticated, service_role;

comment on function private.set_updated_at() is 'Trigger: notes when a row last changed.';
