create role diff_reader;
create role diff_writer login createdb;
grant diff_reader to diff_writer;
create table t (id int);
grant select on t to diff_reader;
