create table kept (a int primary key, b text not null);
create view seen as select a, b from kept;
create table pointing (c int references kept);
create materialized view stored as select 1 as a;
