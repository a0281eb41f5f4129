-- 20261122000014_create_audit_logs: the audit log.
-- locks: SHARE ROW EXCLUSIVE on auth.users while the foreign key is made: sign-ups wait for that moment.

create table public.audit_logs (
    id bigint generated always as identity,
    actor_id uuid,
    action text not null,
    target_type text,
    target_id text,
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),

    constraint audit_logs_pkey primary key (id),
    constraint audit_logs_actor_id_fkey foreign key (actor_id) references auth.users (id) on delete set null,
    constraint audit_logs_action_form_check check (
        char_length(action) <= 100 and action ~ '^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$'
    ),
    constraint audit_logs_target_type_length_check check (char_length(target_type) between 1 and 100),
    constraint audit_logs_target_id_length_check check (char_length(target_id) between 1 and 255),
    constraint audit_logs_metadata_object_check check (
        jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 16384
    )
);

-- What one person did, newest first.
create index audit_logs_actor_id_created_at_idx on public.audit_logs (actor_id, created_at);
-- What was done to one thing, newest first.
create index audit_logs_target_type_target_id_idx on public.audit_logs (target_type, target_id, created_at);
-- The admins' list, newest first.
create index audit_logs_created_at_id_idx on public.audit_logs (created_at, id);

alter table public.audit_logs enable row level security;

comment on table public.audit_logs is 'What was done, by whom, to what. Rows are added and never changed.';
comment on column public.audit_logs.id is 'Grows with time.';
comment on column public.audit_logs.actor_id is 'Who did it; null for the system, and once they are deleted.';
comment on column public.audit_logs.action is 'Words with dots, the thing first: user_role.changed.';
comment on column public.audit_logs.target_type is 'What kind of thing it was done to, e.g. user.';
comment on column public.audit_logs.target_id is 'Which one; null once it named a deleted user.';
comment on column public.audit_logs.metadata is 'What else is worth knowing; emptied when the person is deleted.';
comment on column public.audit_logs.created_at is 'When.';
