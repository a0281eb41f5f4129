create table t (id int);
create table log (id int);
