create unlogged table a (id int generated always as identity);
alter sequence a_id_seq set logged;
create unlogged table b (id int generated always as identity);
alter sequence b_id_seq set logged;
