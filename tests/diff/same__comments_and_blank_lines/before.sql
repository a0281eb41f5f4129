-- a comment
create table t (id int); /* another */
