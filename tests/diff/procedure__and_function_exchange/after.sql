create procedure f(a int) language sql as 'select a';
create function p() returns int language sql as 'select 1';
