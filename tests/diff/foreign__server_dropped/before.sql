create extension postgres_fdw;
create server s foreign data wrapper postgres_fdw options (host 'h');
create user mapping for current_user server s;
create foreign table ft (id int) server s;
create view v as select id from ft;
