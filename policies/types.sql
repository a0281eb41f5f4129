-- types: who may name which. Reading a column needs no right on its type; declaring a variable or a cast target does.

revoke all on type
public.app_role,
public.subscription_plan,
public.subscription_status,
public.payment_provider,
public.payment_status,
public.webhook_status
from public, anon, authenticated, service_role;

grant usage on type
public.app_role,
public.subscription_plan,
public.subscription_status,
public.payment_provider,
public.payment_status
to authenticated;

grant usage on type
public.app_role,
public.subscription_plan,
public.subscription_status,
public.payment_provider,
public.payment_status,
public.webhook_status
to service_role;
