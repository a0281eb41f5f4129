create subscription sub connection 'host=nowhere dbname=x' publication p, q with (connect = false, slot_name = 'slot_x', binary = true);
comment on subscription sub is 's';
