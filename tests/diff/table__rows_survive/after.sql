create table t (id bigint primary key, a varchar(20) not null, n int default 3, b int not null default 7);
