create domain d as int;
alter domain d add constraint d_check check (value > 0) not valid;
