create type mood as enum ('a', 'b', 'c');
create table t (id int, m mood not null default 'a', ms mood[] default '{a}');
create index t_m_idx on t (m) where m = 'a';
create view v as select id, m from t where m <> 'b';
create function f(x mood) returns mood language sql as 'select x';
grant select on v to public;
comment on type mood is 'how one feels';
