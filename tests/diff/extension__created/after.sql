create extension hstore;
create schema ext;
create extension citext schema ext;
create table t (h hstore, c ext.citext);
comment on extension hstore is 'pairs';
