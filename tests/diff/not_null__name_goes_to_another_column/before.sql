-- min: 18
create table note (a int not null, b text);
create view told as select a as what, b from note;
