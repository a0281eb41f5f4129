create table t (a int);
create function f() returns trigger language plpgsql as 'begin return null; end';
create trigger x after update on t referencing old table as o new table as n for each row execute function f();
