create table t (id int, note text) with (fillfactor = 90, autovacuum_enabled = off, toast.autovacuum_enabled = off);
