create role diff_app;
create table t (id int);
alter table t owner to diff_app;
alter table t owner to postgres;
