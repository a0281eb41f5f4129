create table t (e text, es text[]);
