create view sizes (size, "longest side") as values ('S', 10), ('M', 20);
create view halls (hall) as values (1) union (values (2), (3) order by 1 limit 1);
