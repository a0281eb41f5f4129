create schema hidden;
create table hidden.parcel (id bigint generated always as identity primary key, label text not null default 'none');
create index on hidden.parcel (label);
create view parcel as select id, label from hidden.parcel;
create view labels as select id, label from parcel;
