create type int42;
create function int42_in(cstring) returns int42 as 'int4in' language internal strict immutable;
create function int42_out(int42) returns cstring as 'int4out' language internal strict immutable;
create type int42 (internallength = 4, input = int42_in, output = int42_out, alignment = int4, default = 42, passedbyvalue);
create table t (a int42);
