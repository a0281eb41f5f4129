create table t (id bigint, code varchar(40), n numeric(10,2), at timestamptz);
create index t_code_idx on t (code);
