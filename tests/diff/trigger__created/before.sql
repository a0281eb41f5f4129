create table t (id int, a text);
create function f() returns trigger language plpgsql as 'begin return new; end';
