create table buyer (id int primary key);
create table sale (id int, buyer int references buyer on delete cascade) partition by range (id);
create table sale_1 partition of sale for values from (0) to (10);
create table sale_2 (id int, buyer int constraint own references buyer);
alter table sale attach partition sale_2 for values from (10) to (20);
