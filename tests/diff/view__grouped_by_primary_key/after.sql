create table t (id bigint primary key, a text);
create table u (t_id int, n int);
create view v as select t.id, t.a, sum(u.n) as n from t join u on u.t_id = t.id group by t.id;
