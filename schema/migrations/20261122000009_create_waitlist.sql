-- 20261122000009_create_waitlist: the leads.
-- locks: nothing that exists: everything here is new.

create table public.waitlist (
    id uuid not null default gen_random_uuid(),
    email text not null,
    name text,
    created_at timestamptz not null default now(),

    constraint waitlist_pkey primary key (id),
    constraint waitlist_email_key unique (email),
    constraint waitlist_email_lower_check check (email = lower(email)),
    constraint waitlist_email_form_check check (
        char_length(email) <= 254
        and email ~ '^[^@<>,;[:space:][:cntrl:]]+@[^@<>,;[:space:][:cntrl:].]+(\.[^@<>,;[:space:][:cntrl:].]+)+$'
    ),
    constraint waitlist_name_length_check check (char_length(name) between 1 and 200),
    -- It goes into mails: one line, so that nobody writes a header of their own.
    constraint waitlist_name_line_check check (name !~ '[[:cntrl:]]')
);

-- The admins' list of leads, newest first.
create index waitlist_created_at_id_idx on public.waitlist (created_at, id);

alter table public.waitlist enable row level security;

comment on table public.waitlist is 'People who want to hear of the product before it opens.';
comment on column public.waitlist.id is 'The lead.';
comment on column public.waitlist.email is 'Their address in lower case: one lead an address.';
comment on column public.waitlist.name is 'What they call themselves, if they said.';
comment on column public.waitlist.created_at is 'When they joined.';
