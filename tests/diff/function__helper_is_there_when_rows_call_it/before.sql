create table parcel (weight int);
insert into parcel values (1);
