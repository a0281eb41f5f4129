create subscription sub connection 'dbname=x' publication p
    with (connect = false, slot_name = 'other', failover = true, streaming = on);
comment on subscription sub is 'a';
