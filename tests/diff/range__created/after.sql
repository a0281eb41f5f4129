create type float_range as range (subtype = float8, subtype_diff = float8mi);
create type text_range as range (subtype = text, collation = "C", multirange_type_name = text_ranges);
create table t (r float_range, m text_ranges);
