begin;
set local search_path = public;
set statement_timeout = 0;
create table t (id int);
commit;
