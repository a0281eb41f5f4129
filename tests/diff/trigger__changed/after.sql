create table t (id int);
create function f() returns trigger language plpgsql as 'begin return new; end';
create function g() returns trigger language plpgsql as 'begin return new; end';
create trigger a before insert or delete on t for each row execute function g();
create constraint trigger c after insert on t deferrable for each row execute function g();
