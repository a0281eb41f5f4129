create table t (a int not null, b int not null unique, primary key (a));
create table u (t_a int references t (a));
