create function slug(t text) returns text language sql immutable as 'select lower(t)';
create table t (id int, name text check (slug(name) <> ''), s text generated always as (slug(name)) stored, d text default slug('X'));
create index t_slug on t (slug(name));
create view v as select slug(name) as x from t;
create policy p on t using (slug(name) = 'a');
