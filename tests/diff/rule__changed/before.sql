create table t (id int);
create rule r as on insert to t do instead nothing;
