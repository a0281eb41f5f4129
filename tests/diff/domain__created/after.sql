create domain positive as int not null default 1 check (value > 0);
create domain code as varchar(10) collate "C" constraint short check (length(value) < 5) constraint lower check (value = lower(value));
comment on domain code is 'a code';
comment on constraint short on domain code is 'short';
create table t (p positive, c code);
