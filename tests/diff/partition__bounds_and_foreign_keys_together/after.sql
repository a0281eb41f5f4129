create table buyer (id int primary key);
create table sale (id int, day date, buyer int, primary key (id, day)) partition by range (day);
alter table sale add constraint sale_buyer foreign key (buyer) references buyer on delete set null;
create table sale_24 partition of sale for values from ('2024-01-01') to ('2025-01-01');
create table sale_25 partition of sale for values from ('2025-01-01') to ('2026-06-01');
create table sale_rest partition of sale default;
create table line (sale int, day date);
alter table line add constraint line_sale foreign key (sale, day) references sale (id, day) deferrable;
