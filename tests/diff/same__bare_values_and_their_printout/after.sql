create view sizes as select column1 as size from (values ('S'), ('M')) "*VALUES*";
create materialized view floors as select column1 as floor from (values (0), (1)) "*VALUES*";
