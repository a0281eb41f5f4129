create type point3 as (x float, y float, z float);
create type named as (name text collate "C", p point3, ps point3[]);
comment on type named is 'n';
comment on column named.name is 'the name';
create table t (n named);
