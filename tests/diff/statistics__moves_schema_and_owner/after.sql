create role diff_owner;
create schema s;
create table t (a int, b int);
create statistics s.st on a, b from t;
alter statistics s.st owner to diff_owner;
