create table t (id int);
create function f() returns trigger language plpgsql as 'begin return new; end';
create function g() returns trigger language plpgsql as 'begin return new; end';
create trigger a before insert on t for each row execute function f();
create constraint trigger c after insert on t for each row execute function f();
