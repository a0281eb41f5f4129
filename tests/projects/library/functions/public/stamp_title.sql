-- stamp_title: trims a title before it is kept.

create or replace function public.stamp_title()
returns trigger
language plpgsql
security invoker
set search_path = ''
as $$
begin
    new.title := pg_catalog.btrim(new.title);
    return new;
end
$$;

revoke all on function public.stamp_title() from public;
