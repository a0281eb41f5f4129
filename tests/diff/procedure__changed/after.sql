create procedure p(a int, inout b int default 0) language plpgsql as 'begin b := a; end';
comment on procedure p(int, int) is 'p';
