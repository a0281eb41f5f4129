create table t (id int, name text);
create view v as select name, id from t;
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger tr instead of insert on v for each row execute function f();
create rule r as on delete to v do instead nothing;
grant select, insert on v to public;
