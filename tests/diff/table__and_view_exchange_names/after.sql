create table base (a int primary key, b text not null);
create view kept as select a, b from base;
create table seen (a int not null);
create table pointing (c int references base);
create view stored as select 2 as a;
