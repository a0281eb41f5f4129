create table note (id int generated always as identity, a int);
create view told as select id, a from note;
create view heard as select a from told;
create function most() returns int begin atomic select max(a) from note; end;
create policy few on note using (most() > 1);
comment on view told is 'all of it';
alter table note rename to remark;
