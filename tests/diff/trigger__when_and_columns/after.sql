create table t (a int, c int);
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger x before update of c on t for each row when (old.c is distinct from new.c) execute function f();
