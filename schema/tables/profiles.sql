-- profiles: what a user shows of themselves; one row a user.
-- Written by the signup trigger, then by the user.

create table public.profiles (
    user_id uuid not null,
    full_name text,
    avatar_path text,
    avatar_url text,
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),

    constraint profiles_pkey primary key (user_id),
    constraint profiles_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
    constraint profiles_full_name_length_check check (char_length(full_name) between 1 and 200),
    -- It goes into mails: one line, so that nobody writes a header of their own.
    constraint profiles_full_name_line_check check (full_name !~ '[[:cntrl:]]'),
    -- The server cleans up what this points at, with rights that reach every object: it may only be the user's own.
    constraint profiles_avatar_path_own_check check (avatar_path = user_id::text || '/avatar'),
    constraint profiles_avatar_url_web_check check (
        char_length(avatar_url) <= 2048
        and avatar_url ~ '^(https://|http://(localhost|127\.0\.0\.1)[:/])[^[:space:]]+$'
    ),
    constraint profiles_metadata_object_check check (
        jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 8192
    )
);

-- The admins' list of users, newest first.
create index profiles_created_at_user_id_idx on public.profiles (created_at, user_id);

alter table public.profiles enable row level security;

comment on table public.profiles is 'What a user shows of themselves; one row a user, made at signup.';
comment on column public.profiles.user_id is 'The user.';
comment on column public.profiles.full_name is 'As the user writes it, or as their identity provider gave it.';
comment on column public.profiles.avatar_path is
    'Where the avatar lies in the bucket avatars: <user id>/avatar, or null.';
comment on column public.profiles.avatar_url is
    'What the UI shows; may be signed and expire, so it identifies nothing.';
comment on column public.profiles.metadata is
    'The user''s own settings. Theirs to change: nothing may be decided by it.';
comment on column public.profiles.created_at is 'When the user signed up.';
comment on column public.profiles.updated_at is 'When the row last changed.';
