create subscription sub connection 'host=elsewhere dbname=y' publication p, q with (connect = false, slot_name = none, disable_on_error = true, synchronous_commit = 'local');
