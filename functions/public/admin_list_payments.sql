-- admin_list_payments: everybody's payments, newest first, a page at a time.

create or replace function public.admin_list_payments(
    p_limit integer default 50,
    p_before_created_at timestamptz default null,
    p_before_id uuid default null
)
returns setof public.payments
language plpgsql
stable
parallel safe
-- Definer: members' policy stays a plain equality; admins come through this door.
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
        select p.*
        from public.payments as p
        where
            (p.created_at, p.id)
            < (coalesce(p_before_created_at, 'infinity'), coalesce(p_before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        order by p.created_at desc, p.id desc
        limit 200
    ) as page
    limit private.page_size(p_limit);
end
$$;

revoke all on function public.admin_list_payments(integer, timestamptz, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.admin_list_payments(integer, timestamptz, uuid) to authenticated, service_role;

comment on function public.admin_list_payments(integer, timestamptz, uuid) is
    'Everybody''s payments, newest first, for admins and the server. Next page: the last row''s created_at and id.';
