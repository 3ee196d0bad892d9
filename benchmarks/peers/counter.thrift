service Counter { i64 incr(1: i64 n, 2: string padding) }
