create table buyer (id int primary key);
create table sale (id int, buyer int references buyer on delete cascade) partition by range (id);
create table sale_1 (id int, buyer int constraint sale_buyer_fkey references buyer);
create table sale_2 (id int, buyer int constraint own references buyer);
