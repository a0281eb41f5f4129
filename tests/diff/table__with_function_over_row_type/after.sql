create table t (id int, a text, b text, c text);
create function label(t) returns text language sql immutable as $$ select $1.a || $1.b $$;
create index t_label_idx on t (label(t));
