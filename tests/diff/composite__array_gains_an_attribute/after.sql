create type item as (name text, since date, price bigint);
create table basket (items item[], first item);
