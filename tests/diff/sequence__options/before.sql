create sequence s;
create sequence u;
