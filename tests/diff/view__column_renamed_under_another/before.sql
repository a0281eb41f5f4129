create table note (a int, b text);
create view told as select a, b from note;
create view heard as select a as what from told;
grant select on heard to public;
