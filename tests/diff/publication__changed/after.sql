create table t (id int primary key, a text);
create table u (id int primary key);
create schema s;
create publication p for table t where (id > 5), u with (publish = 'delete');
create publication q for tables in schema s;
