-- provision_new_users: gives every new user a profile, the role member and the plan FREE, whatever signed up.

create or replace function private.provision_new_users()
returns trigger
language plpgsql
volatile
parallel unsafe
-- Definer: it fires as supabase_auth_admin, which has no rights in public.
security definer
set search_path = ''
as $$
declare
    v_with_metadata boolean;
begin
    -- One statement a table for all users of the insert. Nothing that the user sent decides anything: of the metadata
    -- only a name and a picture are taken (sign-up forms write full_name and avatar_url, OAuth providers name and
    -- picture), only if they are strings, and only in the form that profiles accepts.
    foreach v_with_metadata in array array[true, false] loop
        begin
            insert into public.profiles (user_id, full_name, avatar_url, created_at, updated_at)
            select
                u.id,
                coalesce(
                    nullif(left(btrim(regexp_replace(left(sent.full_name, 1000), '[[:cntrl:]]+', ' ', 'g')), 200), ''),
                    nullif(left(btrim(regexp_replace(left(sent.name, 1000), '[[:cntrl:]]+', ' ', 'g')), 200), '')
                ),
                coalesce(
                    case
                        when starts_with(sent.avatar_url, 'https://') and char_length(sent.avatar_url) <= 2048
                            then substring(sent.avatar_url from '^[^[:space:]]{9,}$')
                    end,
                    case
                        when starts_with(sent.picture, 'https://') and char_length(sent.picture) <= 2048
                            then substring(sent.picture from '^[^[:space:]]{9,}$')
                    end
                ),
                -- Auth's own date, so that imported users keep theirs.
                coalesce(u.created_at, now()),
                coalesce(u.created_at, now())
            from new_users as u
            left join lateral (
                select
                    case jsonb_typeof(u.raw_user_meta_data -> 'full_name')
                        when 'string' then u.raw_user_meta_data ->> 'full_name'
                    end as full_name,
                    case jsonb_typeof(u.raw_user_meta_data -> 'name')
                        when 'string' then u.raw_user_meta_data ->> 'name'
                    end as name,
                    case jsonb_typeof(u.raw_user_meta_data -> 'avatar_url')
                        when 'string' then u.raw_user_meta_data ->> 'avatar_url'
                    end as avatar_url,
                    case jsonb_typeof(u.raw_user_meta_data -> 'picture')
                        when 'string' then u.raw_user_meta_data ->> 'picture'
                    end as picture
            ) as sent on v_with_metadata
            where u.deleted_at is null
            on conflict (user_id) do nothing;

            insert into public.user_roles (user_id, created_at, updated_at)
            select u.id, coalesce(u.created_at, now()), coalesce(u.created_at, now())
            from new_users as u
            where u.deleted_at is null
            on conflict (user_id) do nothing;

            insert into public.subscriptions (user_id, current_period_start, created_at, updated_at)
            select u.id, coalesce(u.created_at, now()), coalesce(u.created_at, now()), coalesce(u.created_at, now())
            from new_users as u
            where u.deleted_at is null
            on conflict (user_id) do nothing;

            return null;
        exception
            when others then
                -- An error would refuse the signup. Somebody may have added a stricter rule to profiles: the account
                -- matters more than the name, so it is tried once more without what the user sent.
                raise warning 'signup: % (%)', sqlerrm, sqlstate
                using hint = 'If this comes twice for one signup, the new user lacks a profile, role or subscription.';
        end;
    end loop;

    return null;
end
$$;

revoke all on function private.provision_new_users() from public, anon, authenticated, service_role;

comment on function private.provision_new_users() is
    'Trigger on auth.users, after insert for each statement: profile, role member and plan FREE for each new user.';
