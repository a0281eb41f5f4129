create extension citext;
create schema helpers;
alter extension citext add schema helpers;
create type helpers.mood as enum ('a');
create function helpers.one() returns int language sql as 'select 1';
create table helpers.kept (felt helpers.mood, name citext);
