-- min: 17
create type item as (name text, price int);
create table basket (items item[], first item);
insert into basket values (array[row('tea', 3)::item, null], row('milk', 2));
insert into basket values (null, null);
