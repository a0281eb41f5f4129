-- min: 18
create table note (a int not null, b int);
