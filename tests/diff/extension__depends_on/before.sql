create extension citext;
create function f() returns int language sql as 'select 1';
create table t (a int);
create index i on t (a);
create materialized view m as select 1 as x;
create function tf() returns trigger language plpgsql as 'begin return null; end';
create trigger tr after insert on t execute function tf();
