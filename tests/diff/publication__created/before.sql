create table t (id int primary key, a text, b int);
create schema s;
create table u (id int primary key);
