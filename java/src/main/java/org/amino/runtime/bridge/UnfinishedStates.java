package org.amino.runtime.bridge;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.amino.runtime.wire.Protocol;

/**
 * States of which only some pieces have crossed the bridge. A call may be given up in the middle, so a state goes when nobody has asked for it for a minute,
 * and, when all together have too many bytes, the one first that has waited longest.
 */
final class UnfinishedStates {
  private static final long KEPT_NANOS = 60_000_000_000L;
  private static final long SUM_LIMIT = 4L * Protocol.STATE_LIMIT;

  /** The bytes of a state, and when somebody last asked for them. */
  private record Kept(byte[] bytes, long touched) {}

  private final LongSupplier nanos;
  private final Map<Long, Kept> states = new LinkedHashMap<>(16, 0.75f, true);
  private long sum;

  /** @param nanos the time, in nanoseconds */
  UnfinishedStates(LongSupplier nanos) {
    this.nanos = nanos;
  }

  synchronized void put(long number, byte[] bytes) {
    remove(number);
    states.put(number, new Kept(bytes, nanos.getAsLong()));
    sum += bytes.length;
    tidy(number);
  }

  /** The bytes of a state; null: it is not here. */
  synchronized byte[] get(long number) {
    Kept kept = states.get(number);
    if (kept == null) {
      return null;
    }
    states.put(number, new Kept(kept.bytes, nanos.getAsLong()));
    return kept.bytes;
  }

  /** The bytes of a state, which is here no more; null: it was not here. */
  synchronized byte[] remove(long number) {
    Kept kept = states.remove(number);
    if (kept == null) {
      return null;
    }
    sum -= kept.bytes.length;
    return kept.bytes;
  }

  /** The bytes of all states. */
  synchronized long bytes() {
    return sum;
  }

  /** The order of the map is that of the last access, so what has waited longest stands first. */
  private void tidy(long newest) {
    long now = nanos.getAsLong();
    var each = states.entrySet().iterator();
    while (each.hasNext()) {
      var entry = each.next();
      boolean waits = now - entry.getValue().touched > KEPT_NANOS;
      if (entry.getKey() == newest || (!waits && sum <= SUM_LIMIT)) {
        return;
      }
      sum -= entry.getValue().bytes.length;
      each.remove();
    }
  }
}
