create sequence s;
create table t (a int, b int);
create sequence r owned by t.a;
