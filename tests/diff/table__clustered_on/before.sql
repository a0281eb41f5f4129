create table t (id int primary key, code text);
create index t_code_idx on t (code);
