create type mood as enum ('a', 'b');
create table t (m mood);
alter table t enable row level security;
create policy p on t using (m = 'a');
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger tr before insert on t for each row when (new.m = 'a') execute function f();
