create table t (tag text[], n int);
