create table kind (a int);
create table sort () inherits (kind);
create table breed () inherits (kind);
alter table kind add constraint sure not null a not valid;
alter table breed validate constraint sure;
comment on constraint sure on breed is 'seen';
