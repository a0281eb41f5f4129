create table t (id int primary key, a text collate "C" not null);
