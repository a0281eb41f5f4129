create role diff_owner;
create table t (id serial primary key);
alter table t owner to diff_owner;
create function f() returns int language sql as 'select 1';
alter function f() owner to diff_owner;
revoke all on function f() from public;
create aggregate ag(int) (sfunc = int4pl, stype = int);
alter aggregate ag(int) owner to diff_owner;
