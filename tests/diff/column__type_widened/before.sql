create table t (id int, code varchar(10), n numeric(6,2), at timestamp);
create index t_code_idx on t (code);
