create table t (a numeric(8,3)[], b text[], c bigint[]);
