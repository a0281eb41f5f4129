create function from_hook(internal) returns internal language internal immutable as 'prsd_lextype';
create transform for int language sql (from sql with function from_hook(internal));
