create foreign data wrapper w options (verbose 'x');
create server s version '2' foreign data wrapper w options (host 'h2', db 'd');
create user mapping for public server s options (user 'v', other 'x');
create foreign table ft (id bigint options (column_name 'k'), a text not null default 'x', b int, check (id > 0)) server s options (table_name 'u', x 'y');
