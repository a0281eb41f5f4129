create table t (r int4range, k int);
alter table t add constraint x exclude using gist (r with &&);
