create table t (id int primary key, a text);
create table u (id int primary key);
create schema s;
create publication p for table t;
create publication q for all tables;
