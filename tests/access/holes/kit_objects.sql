-- Holes of foreign/kit.sql: constraints, publications, roles, defaults, owners and whatever else bears on access.

-- hole: two teams' documents may not share a title, which tells
-- names: public.documents
create unique index documents_title_key on public.documents (title);

-- hole: two teams' documents may not share a title, by a constraint
-- names: public.documents
alter table public.documents add constraint documents_title_unique unique (title);

-- hole: a title must be a lead's name, which tells
-- names: public.documents
create table public.names (name text primary key);
alter table public.documents add constraint documents_title_fkey foreign key (title) references public.names (name) not valid;

-- hole: a check is not enforced
-- names: public.orders
-- since: 18
alter table public.orders drop constraint orders_amount_check;
alter table public.orders add constraint orders_amount_check check (amount > 0) not enforced;

-- hole: a reference is not enforced
-- names: public.team_members
-- since: 18
alter table public.team_members alter constraint team_members_user_id_fkey not enforced;

-- hole: a check holds for new rows only
-- names: public.accounts
alter table public.accounts drop constraint accounts_avatar_check;
alter table public.accounts add constraint accounts_avatar_check check (avatar_path is null or avatar_path = user_id::text || '/avatar') not valid;

-- hole: an extension that reaches out
-- names: dblink
create extension dblink;

-- hole: an event trigger's function grants
-- names: guard
create function app.guard() returns event_trigger language plpgsql as $$ begin null; end $$;
create event trigger guard on ddl_command_end execute function app.guard();

-- hole: a mapping for everybody
-- names: elsewhere
create foreign data wrapper plain;
create server elsewhere foreign data wrapper plain;
create user mapping for public server elsewhere;

-- hole: a publication's row filter is gone
-- names: orders
create publication p1 for table public.orders (id);

-- hole: a publication of a schema
-- names: p2
create publication p2 for tables in schema public;

-- hole: maintain
-- names: public.orders
-- since: 17
grant maintain on public.orders to authenticated;

-- hole: the schema belongs to the members
-- names: schema app
alter schema app owner to authenticated;

-- hole: default privileges on schemas
-- names: next schema
alter default privileges grant usage on schemas to anon;

-- hole: default privileges on types
-- names: next
alter default privileges in schema app grant execute on functions to anon;

-- hole: the members hold a role that owns nothing yet
-- names: authenticated
create role kit_writer; grant pg_write_all_data to kit_writer; grant kit_writer to authenticated;

-- hole: a generated column shows a secret
-- names: public.accounts
alter table public.accounts add column secret text generated always as (bio::text) stored;

-- hole: a domain's check
-- names: public.leads
alter table public.leads drop constraint leads_email_check;

-- hole: a file of the server's
-- names: authenticated
grant pg_read_server_files to authenticated;

-- hole: a login for reports that is the service
-- names: kit_reporting
create role kit_reporting login; grant service_role to kit_reporting;

-- hole: row security may be off for all
-- names: row_security
do $$ begin execute format('alter database %I set row_security = off', current_database()); end $$;

-- hole: a usage may be nobody's
-- names: public.token_usage
alter table public.token_usage alter column user_id drop not null;

-- hole: documents start in one team
-- names: public.documents
alter table public.documents alter column team_id set default '11111111-1111-4111-8111-111111111111';

-- hole: documents are published at once
-- names: public.documents
alter table public.documents alter column published set default true;

-- hole: columns by reference
-- names: public.orders
grant references (id) on public.orders to authenticated;

-- hole: a mapping with a password for the service's server
-- names: elsewhere
create foreign data wrapper plain;
create server elsewhere foreign data wrapper plain;
create user mapping for authenticated server elsewhere;

-- hole: the states of an order are the callers' to change
-- names: public.order_state
alter type public.order_state owner to authenticated;
