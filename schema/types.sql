-- types: the words that the tables are written in. Values are added at the end, never removed.

create type public.app_role as enum ('member', 'admin');
comment on type public.app_role is 'What a user is to the product.';

create type public.subscription_plan as enum ('FREE', 'BASIC', 'PRO', 'ULTIMATE');
comment on type public.subscription_plan is 'The plan tiers. Prices and quotas are the application''s.';

create type public.subscription_status as enum ('ACTIVE', 'CANCELED', 'EXPIRED');
comment on type public.subscription_status is
    'ACTIVE: in force. CANCELED: ended because its user stopped it. EXPIRED: ended because nobody paid on.';

create type public.payment_provider as enum ('midtrans', 'doku');
comment on type public.payment_provider is 'The payment gateways.';

create type public.payment_status as enum ('PENDING', 'SUCCESS', 'FAILED', 'EXPIRED', 'REFUNDED');
comment on type public.payment_status is
    'Where an order stands. FAILED may still succeed; REFUNDED (also a chargeback) is final.';

create type public.webhook_status as enum ('RECEIVED', 'PROCESSING', 'PROCESSED', 'FAILED', 'IGNORED');
comment on type public.webhook_status is
    'Where the work on a notification stands. FAILED is handed out again; PROCESSED and IGNORED never are.';
