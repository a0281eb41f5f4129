create table note (a int, b text);
create view told as select a as c, b from note;
create view heard as select c as what from told;
grant select on heard to public;
