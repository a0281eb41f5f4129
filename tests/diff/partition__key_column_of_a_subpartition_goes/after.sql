create table sale (region text) partition by list (region);
create table sale_eu partition of sale for values in ('eu');
