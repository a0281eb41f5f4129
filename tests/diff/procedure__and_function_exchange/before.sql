create function f(a int) returns int language sql as 'select a';
create procedure p() language sql as 'select 1';
