create sequence s as int increment by 3 maxvalue 1000 cycle;
create unlogged sequence u start with 5;
