create table t (id bigint primary key, parent bigint references t (id) on delete cascade);
