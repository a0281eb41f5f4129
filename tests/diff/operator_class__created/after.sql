create operator class int_desc for type int using btree as operator 1 >, operator 2 >=, operator 3 =, operator 4 <=, operator 5 <, function 1 btint4cmp(int, int);
create table t (a int);
create index t_a_idx on t (a int_desc);
