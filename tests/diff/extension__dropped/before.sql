create extension hstore;
create table t (a int, h hstore);
