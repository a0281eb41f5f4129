create table stay (room int);
