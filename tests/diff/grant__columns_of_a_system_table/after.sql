revoke select on pg_proc from public;
grant select (oid, proname) on pg_proc to public;
