-- min: 18
create table parent (a int not null no inherit, b int);
create table first (c int not null);
create table child (constraint own not null b no inherit) inherits (parent);
create table other () inherits (first);
comment on constraint first_c_not_null on other is 'comes from above';
