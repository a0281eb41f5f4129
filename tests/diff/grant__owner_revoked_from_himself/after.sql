create table t (id int);
revoke delete on t from postgres;
