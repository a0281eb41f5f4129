create table t (a interval, b time, c bit(3), d bytea, e float4, f char(3), g inet);
