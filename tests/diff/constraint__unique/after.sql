create table t (a int, b int, unique (a) include (b), constraint ab unique nulls not distinct (a, b) deferrable initially deferred);
