-- min: 18
create extension btree_gist;
create table a (id int, valid daterange, primary key (id, valid without overlaps));
create table b (a_id int, valid daterange, foreign key (a_id, period valid) references a (id, period valid), unique (a_id, valid without overlaps));
