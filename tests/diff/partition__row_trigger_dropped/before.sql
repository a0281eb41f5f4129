create table t (id int) partition by range (id);
create table t1 partition of t for values from (0) to (10);
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger a after insert on t for each row execute function f();
