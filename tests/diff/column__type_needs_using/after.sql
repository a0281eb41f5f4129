create table t (a int, b uuid, c boolean, d jsonb, e text);
