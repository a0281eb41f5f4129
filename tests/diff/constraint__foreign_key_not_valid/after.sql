create table a (id int primary key);
create table b (a_id int);
alter table b add constraint b_fk foreign key (a_id) references a (id);
