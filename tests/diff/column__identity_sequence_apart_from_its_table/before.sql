create unlogged table a (id int generated always as identity);
