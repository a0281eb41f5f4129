create table a (id int primary key, x int unique);
create table b (a_id int, x int, foreign key (a_id) references a (id));
