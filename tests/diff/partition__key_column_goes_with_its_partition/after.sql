create table sale (region text, zone text, day date) partition by list (region);
create table sale_eu partition of sale for values in ('eu') partition by list (zone);
create table sale_eu_west partition of sale_eu for values in ('west') partition by range (day);
