create function second_choice() returns int language sql immutable as 'select 2';
create domain choice as int;
create domain pair_choice as int default second_choice() check (value < second_choice());
create domain free_choice as int default second_choice();
create table vote (a choice, b pair_choice[], c free_choice);
