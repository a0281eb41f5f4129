create table p (id int not null, a text default 'x');
create table k () inherits (p);
alter table k alter column a set default 'y';
