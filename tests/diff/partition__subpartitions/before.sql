create table t (id int, k text) partition by list (k);
create table ta partition of t for values in ('a');
