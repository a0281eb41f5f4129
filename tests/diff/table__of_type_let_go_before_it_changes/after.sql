create type item as (name text, price int, since date);
create table kept of item;
create table freed (name text, price int);
