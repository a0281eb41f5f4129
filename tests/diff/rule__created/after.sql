create table t (id int);
create table log (id int);
create rule r as on insert to t do also insert into log values (new.id);
create rule s as on update to t where old.id > 5 do instead nothing;
alter table t disable rule s;
comment on rule r on t is 'logs';
