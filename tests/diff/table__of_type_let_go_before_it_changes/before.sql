create type item as (name text, price int);
create table kept of item;
create table freed of item;
