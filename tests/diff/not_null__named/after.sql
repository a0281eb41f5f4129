-- min: 18
create table t (a int constraint a_is_there not null, b int constraint b_is_there not null, c int not null no inherit);
