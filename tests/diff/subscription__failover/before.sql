-- min: 17
create subscription sub connection 'dbname=x' publication p with (connect = false, slot_name = none);
comment on subscription sub is 'a';
