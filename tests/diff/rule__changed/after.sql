create table t (id int);
create rule r as on insert to t where new.id > 3 do instead nothing;
alter table t enable always rule r;
