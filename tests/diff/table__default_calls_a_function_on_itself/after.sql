create table t (id int, n int);
create function count_t() returns int language sql as 'select count(*)::int from public.t';
alter table t alter column n set default count_t();
