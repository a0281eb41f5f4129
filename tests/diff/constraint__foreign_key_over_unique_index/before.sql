create table a (id int, code text);
create unique index a_code on a (code);
create table b (code text references a (code));
