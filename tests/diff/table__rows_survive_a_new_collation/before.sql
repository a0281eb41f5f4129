create table t (id int primary key, a text not null);
insert into t select g, 'v' || g from generate_series(1, 50) g;
