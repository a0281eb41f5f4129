-- 20261122000004_create_user_roles: what a user may do in the product.
-- locks: SHARE ROW EXCLUSIVE on auth.users while the foreign key is made: sign-ups wait for that moment.

create table public.user_roles (
    user_id uuid not null,
    role public.app_role not null default 'member',
    assigned_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),

    constraint user_roles_pkey primary key (user_id),
    constraint user_roles_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade
);

-- set_user_role: is this the last admin?
create index user_roles_admin_idx on public.user_roles (user_id) where role = 'admin';

alter table public.user_roles enable row level security;

comment on table public.user_roles is 'What a user may do in the product; the only source of truth for admin access.';
comment on column public.user_roles.user_id is 'The user.';
comment on column public.user_roles.role is 'member or admin.';
comment on column public.user_roles.assigned_at is
    'When somebody decided on this role; null while it is the one from signup. The bootstrap list acts only on null.';
comment on column public.user_roles.created_at is 'When the user signed up.';
comment on column public.user_roles.updated_at is 'When the row last changed.';
