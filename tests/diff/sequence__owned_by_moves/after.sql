create sequence s;
create table b (x int default nextval('s'));
alter sequence s owned by b.x;
