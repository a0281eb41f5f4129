-- min: 18
create table kind (a int);
create table sort () inherits (kind);
create table breed () inherits (kind);
alter table kind add constraint sure not null a not valid;
alter table sort validate constraint sure;
alter table breed validate constraint sure;
