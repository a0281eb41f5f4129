-- ai_usage: one call of an AI route and the tokens that it used.
-- Written by record_ai_usage.

create table public.ai_usage (
    id bigint generated always as identity,
    user_id uuid not null,
    route text not null,
    model text not null,
    input_tokens integer not null,
    output_tokens integer not null,
    created_at timestamptz not null default now(),

    constraint ai_usage_pkey primary key (id),
    constraint ai_usage_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
    constraint ai_usage_route_length_check check (char_length(route) between 1 and 200),
    constraint ai_usage_model_length_check check (char_length(model) between 1 and 200),
    constraint ai_usage_input_tokens_count_check check (input_tokens >= 0),
    constraint ai_usage_output_tokens_count_check check (output_tokens >= 0)
);

-- A member's own usage, newest first; the first sum of a window's counter.
create index ai_usage_user_id_created_at_idx on public.ai_usage (user_id, created_at);

alter table public.ai_usage enable row level security;

comment on table public.ai_usage is
    'One call of an AI route and the tokens that it used; the ledger behind every quota.';
comment on column public.ai_usage.id is 'Grows with time.';
comment on column public.ai_usage.user_id is 'Who called.';
comment on column public.ai_usage.route is 'The route, e.g. chat.';
comment on column public.ai_usage.model is 'The model that answered.';
comment on column public.ai_usage.input_tokens is 'Tokens sent.';
comment on column public.ai_usage.output_tokens is 'Tokens received.';
comment on column public.ai_usage.created_at is
    'When the tokens count: when they were reserved, else when they were recorded.';
