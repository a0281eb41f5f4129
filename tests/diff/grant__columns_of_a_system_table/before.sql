grant select (oid, proname) on pg_proc to public;
