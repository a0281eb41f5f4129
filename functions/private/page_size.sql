-- page_size: how many rows a list may return at once.

create or replace function private.page_size(p_limit integer)
returns integer
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
    if p_limit is null or p_limit not between 1 and 200 then
        raise exception 'p_limit must be 1 to 200, not %', p_limit
        using errcode = '22023', hint = 'Ask for the next page with the last row of this one.';
    end if;

    return p_limit;
end
$$;

revoke all on function private.page_size(integer) from public, anon, authenticated, service_role;

comment on function private.page_size(integer) is 'A list''s limit, 1 to 200; 22023 otherwise.';
