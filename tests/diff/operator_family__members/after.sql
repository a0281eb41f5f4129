create operator family fam using btree;
alter operator family fam using btree add operator 1 < (int4, int2), function 1 btint42cmp(int4, int2);
