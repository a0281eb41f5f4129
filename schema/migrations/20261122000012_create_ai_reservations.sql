-- 20261122000012_create_ai_reservations: tokens set aside for calls under way.
-- locks: SHARE ROW EXCLUSIVE on auth.users while the foreign key is made: sign-ups wait for that moment.

create table private.ai_reservations (
    user_id uuid not null,
    id uuid not null default gen_random_uuid(),
    period_start timestamptz not null,
    period_end timestamptz not null,
    tokens integer not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,

    -- The user first: settling one and sweeping a user's expired ones use the same index. No foreign key: each call of
    -- an AI route would pay for its check, and one that holds the counter and waits for a user who is being deleted
    -- would be waited for in turn. forget_user takes these rows with their counters.
    constraint ai_reservations_pkey primary key (user_id, id)
);

alter table private.ai_reservations enable row level security;

comment on table private.ai_reservations is
    'Tokens that a call under way may use; a crashed call''s come back when it runs out.';
comment on column private.ai_reservations.user_id is 'Who calls.';
comment on column private.ai_reservations.id is 'The reservation.';
comment on column private.ai_reservations.period_start is 'The window that it counts in.';
comment on column private.ai_reservations.period_end is 'The first moment after it.';
comment on column private.ai_reservations.tokens is 'How many.';
comment on column private.ai_reservations.created_at is 'When it was made; the usage that settles it counts from then.';
comment on column private.ai_reservations.expires_at is 'When the tokens come back if nobody settled it.';
