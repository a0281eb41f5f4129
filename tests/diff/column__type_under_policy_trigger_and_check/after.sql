create table t (id int, kind text check (kind <> 'bad'));
alter table t enable row level security;
create policy p on t using (kind = 'x');
create function f() returns trigger language plpgsql as 'begin return new; end';
create trigger tr before update of kind on t for each row when (new.kind is distinct from old.kind) execute function f();
