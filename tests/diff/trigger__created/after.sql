create table t (id int, a text);
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger a before insert or update of a on t for each row when (new.id > 0) execute function f('x', 'y');
create trigger b after delete on t referencing old table as gone for each statement execute function f();
create trigger c after truncate on t execute function f();
create constraint trigger d after update on t deferrable initially deferred for each row execute function f();
comment on trigger a on t is 'first';
