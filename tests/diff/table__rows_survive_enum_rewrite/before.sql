create type mood as enum ('a', 'b', 'c');
create table t (id int, m mood default 'a', ms mood[]);
insert into t values (1, 'a', '{a,b}'), (2, 'b', null);
