-- join_waitlist: adds a lead to the waitlist, once an address.

create or replace function public.join_waitlist(p_email text, p_name text default null)
returns public.waitlist
language plpgsql
volatile
parallel unsafe
-- Definer: the waitlist is granted to nobody, so the server's rate limit cannot be walked around.
security definer
set search_path = ''
as $$
declare
    v_email text := lower(btrim(p_email, E' \t\r\n'));
    v_name text := nullif(btrim(p_name, E' \t\r\n'), '');
    v_lead public.waitlist;
begin
    if
        v_email is null
        or char_length(v_email) > 254
        or v_email !~ '^[^@<>,;[:space:][:cntrl:]]+@[^@<>,;[:space:][:cntrl:].]+(\.[^@<>,;[:space:][:cntrl:].]+)+$'
    then
        raise exception 'p_email is not an e-mail address'
        using errcode = '22023', hint = 'It looks like name@example.com and has at most 254 characters.';
    end if;

    if char_length(v_name) > 200 or v_name ~ '[[:cntrl:]]' then
        raise exception 'p_name must be one line of at most 200 characters'
        using errcode = '22023', hint = 'Shorten it, or leave it out.';
    end if;

    insert into public.waitlist as w (email, name) values (v_email, v_name)
    on conflict (email) do nothing
    returning w.* into v_lead;

    if not found then
        raise exception 'the address is on the waitlist already'
        using errcode = '23505', constraint = 'waitlist_email_key', hint = 'There is nothing more to do.';
    end if;

    return v_lead;
end
$$;

revoke all on function public.join_waitlist(text, text) from public, anon, authenticated, service_role;
grant execute on function public.join_waitlist(text, text) to service_role;

comment on function public.join_waitlist(text, text) is
    'Adds a lead; 22023 for what is no e-mail address, 23505 for one that is there already, in whatever case.';
