create table t (a int, b text, unique (a), primary key (b));
create table u (a int references t (a));
