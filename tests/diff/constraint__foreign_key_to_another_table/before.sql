create table a (id int primary key);
create table b (id int primary key);
create table c (r int, constraint c_r_fkey foreign key (r) references a (id));
