create table t (a int, b text, primary key (a));
create table u (a int references t);
