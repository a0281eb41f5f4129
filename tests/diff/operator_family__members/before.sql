create operator family fam using btree;
