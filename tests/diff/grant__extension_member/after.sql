create role diff_app;
create extension pg_stat_statements;
grant select on pg_stat_statements to diff_app;
