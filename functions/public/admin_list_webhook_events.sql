-- admin_list_webhook_events: the gateways' notifications, newest first, a page at a time.

create or replace function public.admin_list_webhook_events(
    p_limit integer default 50,
    p_before_created_at timestamptz default null,
    p_before_id uuid default null
)
returns setof public.webhook_events
language plpgsql
stable
parallel safe
-- Definer: the ledger is granted to nobody.
security definer
set search_path = ''
as $$
begin
    perform private.require_admin();

    -- After the last row of the page before, by the index: page 1,000 costs what page 1 does. The constant limit inside
    -- tells the planner, who cannot know p_limit, that few rows are wanted.
    return query
    select page.*
    from (
        select w.*
        from public.webhook_events as w
        where
            (w.created_at, w.id)
            < (coalesce(p_before_created_at, 'infinity'), coalesce(p_before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        order by w.created_at desc, w.id desc
        limit 200
    ) as page
    limit private.page_size(p_limit);
end
$$;

revoke all on function public.admin_list_webhook_events(integer, timestamptz, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.admin_list_webhook_events(integer, timestamptz, uuid) to authenticated, service_role;

comment on function public.admin_list_webhook_events(integer, timestamptz, uuid) is
    'Gateways'' notifications, newest first, for admins and the server. Next page: the last row''s created_at and id.';
