create role diff_app;
