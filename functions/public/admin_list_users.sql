-- admin_list_users: the users with their roles and plans, newest first, a page at a time.

create or replace function public.admin_list_users(
    p_limit integer default 50,
    p_before_created_at timestamptz default null,
    p_before_id uuid default null
)
returns table (
    user_id uuid,
    email text,
    full_name text,
    role public.app_role,
    plan public.subscription_plan,
    current_period_end timestamptz,
    created_at timestamptz
)
language plpgsql
stable
parallel safe
-- Definer: members' policies stay plain equalities, and the addresses in auth.users are granted to nobody.
security definer
set search_path = ''
as $$
begin
    perform private.require_admin();

    -- After the last row of the page before, by the index: page 1,000 costs what page 1 does. The constant limit inside
    -- tells the planner, who cannot know p_limit, that few rows are wanted.
    return query
    select
        page.user_id,
        u.email::text,
        page.full_name,
        r.role,
        case when s.status = 'ACTIVE' and s.current_period_end > now() then s.plan else 'FREE' end,
        s.current_period_end,
        page.created_at
    from (
        select p.user_id, p.full_name, p.created_at
        from public.profiles as p
        where
            (p.created_at, p.user_id)
            < (
                coalesce(p_before_created_at, 'infinity'),
                coalesce(p_before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
            )
        order by p.created_at desc, p.user_id desc
        limit 200
    ) as page
    left join auth.users as u on u.id = page.user_id
    left join public.user_roles as r on r.user_id = page.user_id
    left join public.subscriptions as s on s.user_id = page.user_id
    order by page.created_at desc, page.user_id desc
    limit private.page_size(p_limit);
end
$$;

revoke all on function public.admin_list_users(integer, timestamptz, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.admin_list_users(integer, timestamptz, uuid) to authenticated, service_role;

comment on function public.admin_list_users(integer, timestamptz, uuid) is
    'Users with address, role and the plan in force, newest first, for admins and the server; paged by user_id.';
