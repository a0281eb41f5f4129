create function first_choice() returns int language sql immutable as 'select 1';
create domain choice as int default first_choice();
create domain pair_choice as int default first_choice() check (value < first_choice());
create domain free_choice as int;
create table vote (a choice, b pair_choice[], c free_choice);
