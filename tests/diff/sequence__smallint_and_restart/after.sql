create sequence s as bigint start with 1000 minvalue 10;
