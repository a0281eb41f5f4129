create table t (r int4range, c circle);
