create aggregate total(int) (sfunc = int4pl, stype = int, initcond = '5');
create view v as select total(1) as t;
