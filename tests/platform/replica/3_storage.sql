-- storage: made by supabase_admin, owned by supabase_storage_admin, but for the stand-in owner of storage.objects.

create schema storage authorization supabase_admin;
grant all on schema storage to supabase_storage_admin, dashboard_user;
grant usage on schema storage to anon, authenticated, service_role, hosted_postgres, storage_objects_owner;

create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');
create table storage.migrations (id integer primary key, name varchar(100) unique not null);
create table storage.buckets (
    id text primary key,
    name text not null,
    owner uuid,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    public boolean default false,
    avif_autodetection boolean default false,
    file_size_limit bigint,
    allowed_mime_types text[],
    owner_id text,
    type storage.buckettype not null default 'STANDARD'
);
create unique index bname on storage.buckets (name);
create table storage.objects (
    id uuid primary key default gen_random_uuid(),
    bucket_id text references storage.buckets (id),
    name text,
    owner uuid,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    last_accessed_at timestamptz default now(),
    metadata jsonb,
    path_tokens text[] generated always as (string_to_array(name, '/')) stored,
    version text,
    owner_id text,
    user_metadata jsonb
);
create unique index bucketid_objname on storage.objects (bucket_id, name);

create function storage.foldername(name text) returns text[] language plpgsql immutable as $$
declare
    _parts text[];
begin
    select string_to_array(name, '/') into _parts;
    return _parts[1 : array_length(_parts, 1) - 1];
end
$$;
create function storage.filename(name text) returns text language plpgsql immutable as $$
declare
    _parts text[];
begin
    select string_to_array(name, '/') into _parts;
    return _parts[array_length(_parts, 1)];
end
$$;
create function storage.protect_delete() returns trigger language plpgsql as $$
begin
    if coalesce(current_setting('storage.allow_delete_query', true), 'false') <> 'true' then
        raise exception 'Direct deletion from storage tables is not allowed. Use the Storage API instead.'
            using errcode = '42501';
    end if;
    return null;
end
$$;
create trigger protect_objects_delete before delete on storage.objects
    for each statement execute function storage.protect_delete();
create trigger protect_buckets_delete before delete on storage.buckets
    for each statement execute function storage.protect_delete();

do $$
declare
    v_name text;
begin
    foreach v_name in array array['migrations', 'buckets', 'objects'] loop
        execute format('alter table storage.%I owner to supabase_storage_admin', v_name);
        execute format('alter table storage.%I enable row level security', v_name);
    end loop;
end
$$;
alter function storage.foldername(text) owner to supabase_storage_admin;
alter function storage.filename(text) owner to supabase_storage_admin;
alter function storage.protect_delete() owner to supabase_storage_admin;

grant all on storage.buckets, storage.objects to hosted_postgres with grant option;
grant all on storage.buckets, storage.objects to anon, authenticated, service_role;
alter table storage.objects owner to storage_objects_owner;
grant all on storage.objects to supabase_storage_admin;
