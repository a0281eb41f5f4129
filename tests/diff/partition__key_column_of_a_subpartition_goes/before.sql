create table sale (region text, day date) partition by list (region);
create table sale_eu partition of sale for values in ('eu') partition by range (day);
create table sale_eu_24 partition of sale_eu for values from ('2024-01-01') to ('2025-01-01');
insert into sale values ('eu', '2024-03-03');
