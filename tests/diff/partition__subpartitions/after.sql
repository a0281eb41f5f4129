create table t (id int, k text, primary key (id, k)) partition by list (k);
create table ta partition of t for values in ('a') partition by range (id);
create table ta1 partition of ta for values from (0) to (10);
create table ta2 partition of ta default;
