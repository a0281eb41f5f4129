-- Holes in the grants, roles, defaults and facts of foreign/kit.sql.

-- hole: a stray grant
-- names: public.inbox
grant select on public.inbox to authenticated;

-- hole: a stray grant on a journal
-- names: public.journal
grant insert on public.journal to authenticated;

-- hole: truncate
-- names: public.orders
grant truncate on public.orders to authenticated;

-- hole: references
-- names: public.orders
grant references on public.orders to authenticated;

-- hole: the right to put triggers on a table
-- names: public.accounts
grant trigger on public.accounts to authenticated;

-- hole: a column grant on the tier
-- names: public.plans
grant update (tier) on public.plans to authenticated;
create policy edit_plan on public.plans for update to authenticated using (user_id = (select auth.uid()));

-- hole: a column that was not granted is read
-- names: public.orders
grant select (details) on public.orders to authenticated;

-- hole: the whole table instead of three columns
-- names: public.accounts
grant update on public.accounts to authenticated;

-- hole: with grant option
-- names: public.plans
grant select on public.plans to authenticated with grant option;

-- hole: everything to PUBLIC
-- names: public.throttles
grant all on public.throttles to public;

-- hole: a function to PUBLIC
-- names: public.take_token(text, integer)
grant execute on function public.take_token(text, int) to public;

-- hole: a function to members
-- names: public.add_usage(text, integer)
grant execute on function public.add_usage(text, int) to authenticated;

-- hole: a trigger function to all
-- names: app.on_signup()
grant execute on function app.on_signup() to anon;

-- hole: a sequence may be set back
-- names: public.plans_id_seq
grant all on sequence public.plans_id_seq to authenticated;

-- hole: a sequence may be read
-- names: public.inbox_id_seq
grant usage on sequence public.inbox_id_seq to anon;

-- hole: anyone creates in public
-- names: schema public
grant create on schema public to public;

-- hole: members create in app
-- names: schema app
grant create on schema app to authenticated;

-- hole: visitors look into app
-- names: schema app
grant usage on schema app to anon;

-- hole: new functions are everybody's
-- names: next function
alter default privileges grant execute on functions to public;

-- hole: new tables are members'
-- names: next table in public
alter default privileges in schema public grant select on tables to authenticated;

-- hole: new sequences are visitors'
-- names: next sequence in public
alter default privileges in schema public grant usage on sequences to anon;

-- hole: members become the service
-- names: authenticated
grant service_role to authenticated;

-- hole: members read all data
-- names: authenticated
grant pg_read_all_data to authenticated;

-- hole: members skip row level security
-- names: authenticated
alter role authenticated bypassrls;

-- hole: visitors may create roles
-- names: anon
alter role anon createrole;

-- hole: visitors may log in
-- names: anon
alter role anon login;

-- hole: the door inherits the service's rights
-- names: authenticator
alter role authenticator inherit;

-- hole: a table belongs to members
-- names: public.orders
grant create on schema public to authenticated;
alter table public.orders owner to authenticated;
revoke create on schema public from authenticated;

-- hole: a role starts with a setting that a policy reads
-- names: authenticated
alter role authenticated set app.bypass = 'on';

-- hole: a parameter may be set
-- names: session_replication_role
grant set on parameter session_replication_role to authenticated;

-- hole: a publication of everything
-- names: everything
create publication everything for all tables;

-- hole: a publication of accounts
-- names: realtime
create publication realtime for table public.accounts;

-- hole: a large object for all
-- names: large object
select lo_create(4711);
grant select on large object 4711 to public;

-- hole: files of the server
-- names: pg_read_file
grant execute on function pg_catalog.pg_read_file(text) to authenticated;

-- hole: the passwords' table
-- names: pg_authid
grant select on pg_catalog.pg_authid to authenticated;

-- hole: a foreign server that members may use
-- names: elsewhere
create foreign data wrapper plain;
create server elsewhere foreign data wrapper plain;
grant usage on foreign server elsewhere to authenticated;

-- hole: members create schemas
-- names: database
do $$ begin execute format('grant create on database %I to authenticated', current_database()); end $$;

-- hole: an event trigger that grants
-- names: open_up
create function app.open_up() returns event_trigger language plpgsql as $$
begin
    execute 'grant select on all tables in schema public to anon';
end $$;
create event trigger open_up on ddl_command_end when tag in ('CREATE TABLE') execute function app.open_up();

-- hole: the bucket is public
-- names: faces
update storage.buckets set public = true where id = 'faces';

-- hole: the bucket takes any size
-- names: faces
update storage.buckets set file_size_limit = null where id = 'faces';

-- hole: the bucket takes pages
-- names: faces
update storage.buckets set allowed_mime_types = '{image/png,image/jpeg,text/html}' where id = 'faces';

-- hole: buckets are anyone's
-- names: storage.buckets
create policy buckets on storage.buckets for update to authenticated using (true);

-- hole: a rule that copies orders
-- names: public.orders
create table public.copies (like public.orders);
create rule copying as on insert to public.orders do also insert into public.copies select new.*;

-- hole: members lose their plan
-- names: public.plans
revoke select on public.plans from authenticated;

-- hole: the helper may not be called
-- names: app.my_teams()
revoke execute on function app.my_teams() from authenticated;

-- hole: the schema is shut
-- names: schema app
revoke usage on schema app from authenticated;

-- hole: the service is bound by row level security
-- names: service_role
alter role service_role nobypassrls;

-- hole: a stranger's role reads everything
-- names: kit_reporting
create role kit_reporting login;
grant select on public.accounts to kit_reporting;

-- hole: a login that is to switch roles has their rights at once
-- names: authenticator
-- since: 16
grant service_role to authenticator with inherit true;
