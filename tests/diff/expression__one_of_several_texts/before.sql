create table parcel (size varchar(3), note varchar, kind regclass);
