-- ai_usage_between: the tokens that a user used from one moment until before another, summed from the ledger.

create or replace function private.ai_usage_between(p_user_id uuid, p_start timestamptz, p_end timestamptz)
returns bigint
language sql
stable
parallel safe
security invoker
set search_path = ''
as $$
    select coalesce(sum(a.input_tokens::bigint + a.output_tokens), 0)::bigint
    from public.ai_usage as a
    where a.user_id = p_user_id and a.created_at >= p_start and a.created_at < p_end
$$;

revoke all on function private.ai_usage_between(uuid, timestamptz, timestamptz)
from public, anon, authenticated, service_role;

comment on function private.ai_usage_between(uuid, timestamptz, timestamptz) is
    'Input and output tokens of a user in a window, from the ledger. Reads every row: for calls there are counters.';
