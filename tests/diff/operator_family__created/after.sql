create operator family fam using btree;
alter operator family fam using btree add operator 1 < (int4, int2), function 1 btint42cmp(int4, int2);
create operator class cls for type int using btree family fam as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 btint4cmp(int, int);
comment on operator family fam using btree is 'f';
