create table t (id int primary key, code text not null);
create unique index t_code_idx on t (code);
create table u (id int);
