-- rate_limit_buckets: how much of a limit a key has used in its window.
-- Written by consume_rate_limit and prune_rate_limits.

create table public.rate_limit_buckets (
    key text not null,
    used integer not null,
    reset_at timestamptz not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),

    constraint rate_limit_buckets_pkey primary key (key),
    constraint rate_limit_buckets_key_length_check check (char_length(key) between 1 and 255),
    constraint rate_limit_buckets_used_positive_check check (used > 0)
)
-- Nothing but the key is indexed and a tenth of each page is free, so counting up never touches an index.
with (fillfactor = 90);

alter table public.rate_limit_buckets enable row level security;

comment on table public.rate_limit_buckets is 'How much of a limit a key has used in its window.';
comment on column public.rate_limit_buckets.key is 'What is limited and for whom, e.g. contact:203.0.113.7.';
comment on column public.rate_limit_buckets.used is 'The cost of the calls that passed since the window began.';
comment on column public.rate_limit_buckets.reset_at is 'When the window ends; the next call then begins a new one.';
comment on column public.rate_limit_buckets.created_at is 'When the key was first seen.';
comment on column public.rate_limit_buckets.updated_at is 'When a call last passed.';
