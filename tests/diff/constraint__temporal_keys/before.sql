-- min: 18
create extension btree_gist;
create table a (id int, valid daterange);
create table b (a_id int, valid daterange);
