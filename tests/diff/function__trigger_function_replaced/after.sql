create table t (id int);
create function g() returns trigger language plpgsql as 'begin return null; end';
create trigger tr after insert on t for each statement execute function g();
