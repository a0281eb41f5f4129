create role diff_owner;
create role diff_app;
create table t (id int);
alter table t owner to diff_owner;
grant select, insert on t to diff_app;
