create aggregate total(int) (sfunc = int4pl, stype = int);
create view v as select total(1) as t;
