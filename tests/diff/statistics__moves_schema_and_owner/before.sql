create role diff_owner;
create schema s;
create table t (a int, b int);
create statistics st on a, b from t;
