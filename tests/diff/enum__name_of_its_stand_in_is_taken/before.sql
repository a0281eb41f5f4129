create type mood as enum ('a', 'b', 'c');
create type mood__before as enum ('x');
create table diary (felt mood default 'a', earlier mood__before);
insert into diary values ('b', 'x');
