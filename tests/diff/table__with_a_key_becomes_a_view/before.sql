create table parcel (id bigint generated always as identity primary key, label text not null default 'none');
create index on parcel (label);
create view labels as select id, label from parcel;
