"""SQL out: how each kind of object is made, altered and dropped. The only place that writes DDL."""
