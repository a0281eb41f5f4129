create domain a as varchar(20) check (value <> '');
create domain b as a not null;
