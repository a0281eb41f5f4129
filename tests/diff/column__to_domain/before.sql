create table t (e text default 'a@b', n int not null);
