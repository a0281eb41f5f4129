create table p (id int, a text);
create table c1 (id int, a text, b int);
alter table c1 inherit p;
create table c2 (id int, a text);
