create table note (a int, b int constraint note_a_not_null not null);
