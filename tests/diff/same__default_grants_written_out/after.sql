create function f() returns int language sql as 'select 1';
grant execute on function f() to public;
create table t (id int);
grant all on t to current_user;
