-- Changes of foreign/desk.sql that open and close nothing.

-- change: a policy is reworded
alter policy see_ticket on desk.tickets using ((select desk.agent()) or (select desk.me()) = opened_by);

-- change: the helper is reworded
create or replace function desk.agent() returns boolean language sql stable security definer set search_path = desk, pg_temp as
$$ select exists (select from users u where u.id = me() and u.is_agent and u.disabled_at is null) $$;
