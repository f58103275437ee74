"""Is it genuine? Bytes and values in, values out: no network, no disk writes, no clock."""
