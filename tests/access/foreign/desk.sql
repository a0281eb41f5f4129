-- desk: no auth schema; the caller is a setting, users have numbers, tables lie in a schema of their own.
create schema desk;
do $$
begin
    begin create role desk_web nologin; exception when duplicate_object or unique_violation then null; end;
    begin create role desk_job nologin bypassrls; exception when duplicate_object or unique_violation then null; end;
end $$;
grant usage on schema desk to desk_web, desk_job;

create table desk.users (
    id bigint generated always as identity primary key,
    email text not null unique check (position('@' in email) > 1),
    is_agent boolean not null default false,
    disabled_at timestamptz
);
create function desk.me() returns bigint language sql stable as
$$ select nullif(current_setting('desk.user_id', true), '')::bigint $$;
create function desk.agent() returns boolean language sql stable security definer set search_path = desk, pg_temp as
$$ select coalesce((select u.is_agent and u.disabled_at is null from users u where u.id = me()), false) $$;
revoke all on function desk.agent() from public;
grant execute on function desk.agent() to desk_web;

create table desk.tickets (
    id bigint generated always as identity primary key,
    opened_by bigint not null references desk.users (id),
    subject text not null,
    priority smallint not null default 3 check (priority between 1 and 5),
    closed boolean not null default false
);
create index tickets_opened_by_idx on desk.tickets (opened_by);
create table desk.replies (
    id bigint generated always as identity primary key,
    ticket_id bigint not null references desk.tickets (id) on delete cascade,
    written_by bigint not null references desk.users (id),
    body text not null,
    internal boolean not null default false
);
create index replies_ticket_id_idx on desk.replies (ticket_id);
alter table desk.users enable row level security;
alter table desk.tickets enable row level security;
alter table desk.replies enable row level security;
grant select (id, email, is_agent) on desk.users to desk_web;
grant select, insert on desk.tickets, desk.replies to desk_web;
grant update (subject, closed) on desk.tickets to desk_web;
grant select, insert, update, delete on all tables in schema desk to desk_job;
create policy see_self on desk.users for select to desk_web using (id = (select desk.me()) or (select desk.agent()));
create policy see_ticket on desk.tickets for select to desk_web using (opened_by = (select desk.me()) or (select desk.agent()));
create policy open_ticket on desk.tickets for insert to desk_web with check (opened_by = (select desk.me()));
create policy change_ticket on desk.tickets for update to desk_web
using (opened_by = (select desk.me())) with check (opened_by = (select desk.me()));
create policy see_reply on desk.replies for select to desk_web
using (exists (select from desk.tickets t where t.id = ticket_id) and (not internal or (select desk.agent())));
create policy write_reply on desk.replies for insert to desk_web
with check (written_by = (select desk.me()) and (not internal or (select desk.agent()))
    and exists (select from desk.tickets t where t.id = ticket_id));
