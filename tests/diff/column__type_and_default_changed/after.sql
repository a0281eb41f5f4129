create table t (flag boolean default false);
