-- admin_list_audit_logs: the audit log, newest first, a page at a time.

create or replace function public.admin_list_audit_logs(
    p_limit integer default 50,
    p_before_created_at timestamptz default null,
    p_before_id bigint default null
)
returns setof public.audit_logs
language plpgsql
stable
parallel safe
-- Definer: the log is granted to nobody.
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
        select l.*
        from public.audit_logs as l
        where
            (l.created_at, l.id)
            < (coalesce(p_before_created_at, 'infinity'), coalesce(p_before_id, 9223372036854775807))
        order by l.created_at desc, l.id desc
        limit 200
    ) as page
    limit private.page_size(p_limit);
end
$$;

revoke all on function public.admin_list_audit_logs(integer, timestamptz, bigint)
from public, anon, authenticated, service_role;
grant execute on function public.admin_list_audit_logs(integer, timestamptz, bigint) to authenticated, service_role;

comment on function public.admin_list_audit_logs(integer, timestamptz, bigint) is
    'The audit log, newest first, for admins and the server. Next page: the last row''s created_at and id.';
