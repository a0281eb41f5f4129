create table ticket (a int, state text, at date);
