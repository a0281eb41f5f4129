create type mood as enum ('b', 'a');
create table t (id int, m mood default 'b', ms mood[]);
