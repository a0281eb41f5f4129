create table t (id int primary key, a text, b int);
create schema s;
create table u (id int primary key);
create publication p for table t (id, a) where (id > 0), u with (publish = 'insert, update');
create publication q for tables in schema s;
create publication r for all tables with (publish_via_partition_root = true);
comment on publication p is 'p';
