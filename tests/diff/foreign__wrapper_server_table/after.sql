create foreign data wrapper w options (debug 'true');
create server s type 'x' version '1' foreign data wrapper w options (host 'h', port '1');
create user mapping for public server s options (user 'u');
create foreign table ft (id int options (column_name 'i') not null, a text) server s options (table_name 't');
comment on server s is 's';
comment on foreign table ft is 'f';
comment on foreign data wrapper w is 'w';
