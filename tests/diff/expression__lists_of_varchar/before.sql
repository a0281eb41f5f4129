create table ticket (state varchar(10), kind varchar, constraint known check (state in ('open', 'closed')));
create index on ticket (kind) where state in ('open', 'closed');
