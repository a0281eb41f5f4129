create type inner_type as (a int, b text);
create type outer_type as (i inner_type, n int);
create table t (o outer_type, os outer_type[]);
