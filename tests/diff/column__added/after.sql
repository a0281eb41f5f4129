create table t (id int, a text not null default 'x', b timestamptz default now(), c int[] , d numeric(10,2) not null default 0);
