create table t (flag text default 'no');
