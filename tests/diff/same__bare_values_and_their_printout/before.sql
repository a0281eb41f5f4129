create view sizes (size) as values ('S'), ('M');
create materialized view floors (floor) as values (0), (1);
