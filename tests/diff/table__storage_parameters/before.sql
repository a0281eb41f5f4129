create table t (id int, note text) with (fillfactor = 70);
