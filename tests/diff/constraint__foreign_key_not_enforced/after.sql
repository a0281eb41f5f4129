-- min: 18
create table a (id int primary key);
create table b (a_id int references a (id) not enforced, b int constraint b_fk references a (id));
