-- min: 18
create table t (id int not null, a text) partition by range (id);
create table t1 (id int not null, a text);
alter table t attach partition t1 for values from (0) to (10);
