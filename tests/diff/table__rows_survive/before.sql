create table t (id int primary key, a text, n text);
insert into t values (1, 'x', '5'), (2, 'y', null);
