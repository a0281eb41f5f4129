create role diff_app;
create trusted language mylang handler plpgsql_call_handler;
