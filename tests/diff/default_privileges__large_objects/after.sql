create role curator;
create role visitor;
alter default privileges for role curator grant select on large objects to visitor;
alter default privileges grant select on large objects to curator;
