-- add_month: the same time of day a month later, in UTC: a period must not hang on the time zone of whoever calls.

create or replace function private.add_month(p_at timestamptz)
returns timestamptz
language sql
immutable
parallel safe
security invoker
set search_path = ''
as $$
    select (p_at at time zone 'UTC' + interval '1 month') at time zone 'UTC'
$$;

revoke all on function private.add_month(timestamptz) from public, anon, authenticated, service_role;

comment on function private.add_month(timestamptz) is
    'A month later in UTC; the last day of the month where the day does not exist.';
