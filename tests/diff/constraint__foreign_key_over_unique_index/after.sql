create table a (id int, code text, constraint a_code unique (code));
create table b (code text references a (code));
