create sequence t_a_seq as int;
create table u (a int default nextval('t_a_seq'));
