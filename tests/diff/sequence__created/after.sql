create sequence s;
create sequence s2 as smallint increment by -2 minvalue -100 maxvalue 50 start with 10 cache 5 cycle;
