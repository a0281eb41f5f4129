create type mood as enum ('sad', 'ok', 'it''s fine');
create table t (m mood not null default 'ok', ms mood[]);
