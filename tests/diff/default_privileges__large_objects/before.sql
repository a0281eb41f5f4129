-- min: 18
create role curator;
create role visitor;
alter default privileges for role curator grant select, update on large objects to visitor with grant option;
alter default privileges for role curator revoke update on large objects from curator;
