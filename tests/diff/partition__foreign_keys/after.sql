create table o (id int primary key);
create table t (id int, o_id int references o (id), primary key (id)) partition by range (id);
create table t1 partition of t for values from (0) to (10);
create table t2 partition of t for values from (10) to (20);
create table r (t_id int references t (id));
