create role diff_app;
revoke execute on function pg_catalog.pg_sleep(double precision) from public;
grant execute on function pg_catalog.pg_sleep(double precision) to diff_app;
grant select on pg_catalog.pg_authid to diff_app;
