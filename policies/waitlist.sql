-- waitlist: who may do what. What is not granted here is denied.
-- Nobody comes here directly: the server through join_waitlist, admins through admin_list_waitlist.

revoke all on table public.waitlist from public, anon, authenticated, service_role;
