create role diff_app;
create extension pg_stat_statements;
