-- avatar_cleanups: who may do what. What is not granted here is denied.
-- Nobody comes here directly: the server through list_avatar_cleanups and complete_avatar_cleanup.

revoke all on table private.avatar_cleanups from public, anon, authenticated, service_role;
