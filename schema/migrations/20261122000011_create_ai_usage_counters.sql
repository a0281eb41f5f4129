-- 20261122000011_create_ai_usage_counters: the running sums of ai_usage.
-- locks: SHARE ROW EXCLUSIVE on auth.users while the foreign key is made: sign-ups wait for that moment.

create table private.ai_usage_counters (
    user_id uuid not null,
    period_start timestamptz not null,
    period_end timestamptz not null,
    period interval not null,
    used bigint not null default 0,
    reserved bigint not null default 0,

    constraint ai_usage_counters_pkey primary key (user_id, period_start, period_end),
    constraint ai_usage_counters_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
    -- One check and no more: Postgres reads each anew for every statement, and each AI call changes its row twice.
    constraint ai_usage_counters_not_negative_check check (used >= 0 and reserved >= 0)
)
-- Each call changes its row twice: room on the page keeps those updates off the index.
with (fillfactor = 70);

alter table private.ai_usage_counters enable row level security;

comment on table private.ai_usage_counters is
    'What a user has used and reserved in one window. A sum over the ledger would read it all on every call.';
comment on column private.ai_usage_counters.user_id is 'Whose.';
comment on column private.ai_usage_counters.period_start is 'The window''s first moment.';
comment on column private.ai_usage_counters.period_end is 'The first moment after it.';
comment on column private.ai_usage_counters.period is
    'Its length as it was first asked for, which finds it again quickly.';
comment on column private.ai_usage_counters.used is 'Tokens of the ledger in the window.';
comment on column private.ai_usage_counters.reserved is 'Tokens of calls that are under way.';
