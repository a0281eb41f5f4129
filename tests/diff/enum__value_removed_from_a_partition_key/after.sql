create type mood as enum ('happy', 'ok');
create table talk (felt mood, words text) partition by list (felt);
create table talk_ok partition of talk for values in ('ok');
create table talk_rest partition of talk default;
insert into talk values ('ok', 'fine'), ('happy', 'well');
