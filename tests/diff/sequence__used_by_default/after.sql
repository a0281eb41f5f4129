create sequence s;
create table t (a int default nextval('s'), b int default nextval('s'));
comment on sequence s is 'shared';
