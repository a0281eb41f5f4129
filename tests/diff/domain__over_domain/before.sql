create domain a as text check (value <> '');
create domain b as a;
