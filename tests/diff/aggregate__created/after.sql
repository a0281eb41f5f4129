create function add(int, int) returns int language sql immutable as 'select $1 + $2';
create aggregate total(int) (sfunc = add, stype = int, initcond = '0', parallel = safe, combinefunc = add);
create aggregate total_moving(int) (sfunc = add, stype = int, msfunc = int4pl, minvfunc = int4mi, mstype = int, minitcond = '0', finalfunc = abs, finalfunc_modify = shareable);
create aggregate my_percentile(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
comment on aggregate total(int) is 'sum';
