create text search dictionary simple_dict (template = pg_catalog.simple, stopwords = 'english');
create text search configuration conf (parser = pg_catalog."default");
alter text search configuration conf add mapping for asciiword, word with simple_dict, english_stem;
create text search parser prs (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
create text search template tmpl (lexize = dsimple_lexize, init = dsimple_init);
comment on text search dictionary simple_dict is 'd';
comment on text search configuration conf is 'c';
create table t (a text, v tsvector generated always as (to_tsvector('conf', a)) stored);
