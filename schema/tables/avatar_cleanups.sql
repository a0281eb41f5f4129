-- avatar_cleanups: avatars whose user is gone and whose file is still there. SQL cannot delete a file; the server does.
-- Written when a user is deleted; complete_avatar_cleanup takes a row out.

create table private.avatar_cleanups (
    path text not null,
    created_at timestamptz not null default now(),

    constraint avatar_cleanups_pkey primary key (path)
);

alter table private.avatar_cleanups enable row level security;

comment on table private.avatar_cleanups is 'Avatars whose user is gone and whose file is still there.';
comment on column private.avatar_cleanups.path is 'Where the file lies in the bucket avatars.';
comment on column private.avatar_cleanups.created_at is 'When its user was deleted.';
