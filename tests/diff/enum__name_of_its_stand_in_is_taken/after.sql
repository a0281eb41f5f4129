create type mood as enum ('b', 'a');
create type mood__before as enum ('x');
create table diary (felt mood default 'a', earlier mood__before);
