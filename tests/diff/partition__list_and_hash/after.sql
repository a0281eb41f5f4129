create table l (k text, v int) partition by list (k);
create table l1 partition of l for values in ('a', 'b', null);
create table l2 partition of l for values in ('c') partition by hash (v);
create table l2a partition of l2 for values with (modulus 2, remainder 0);
create table l2b partition of l2 for values with (modulus 2, remainder 1);
create table e (a int, b int) partition by range ((a + b), lower(a::text) collate "C");
