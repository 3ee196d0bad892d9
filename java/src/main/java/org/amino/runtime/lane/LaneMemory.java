package org.amino.runtime.lane;

import java.util.concurrent.atomic.AtomicLong;
import org.amino.runtime.wire.Protocol;

/**
 * How many bytes connections may make this process hold, and how many they do. All limits are parts of the JVM's heap. An idle connection, and a call that is run at
 * once and answered in a small frame, hold nothing.
 */
final class LaneMemory {
  /** Each connection must be able to hold two frames: the frame that is read, and the calls of an earlier frame. */
  private static final long LEAST_EACH = 2L * Protocol.FRAME_LIMIT;
  private static final long MOST_EACH = 4L * Protocol.FRAME_LIMIT;
  private static final long LEAST_SUM = 2 * LEAST_EACH;

  private final long each;
  private final long sum;
  private final AtomicLong held = new AtomicLong();

  /** @param heap bytes that the JVM's heap may grow to */
  LaneMemory(long heap) {
    this.each = Math.max(LEAST_EACH, Math.min(MOST_EACH, heap / 16));
    this.sum = Math.max(LEAST_SUM, heap / 4);
  }

  /** Bytes that one connection may hold before it is no longer read. */
  long each() {
    return each;
  }

  /** Bytes that all connections hold. */
  long held() {
    return held.get();
  }

  void add(long bytes) {
    held.addAndGet(bytes);
  }

  /** Whether so much is held that each connection has only its share. */
  boolean isScarce() {
    return held.get() > sum;
  }

  /** Whether so much is held that a connection has to be closed. */
  boolean isExhausted() {
    return isExhausted(0);
  }

  /** The same, not counting bytes that are being let go of. */
  boolean isExhausted(long leaving) {
    return held.get() - leaving > sum / 2 * 3;
  }

  /** Whether so much is held that no connection may hold more, not even its share: what was closed has not let go of enough. */
  boolean isSpent() {
    return held.get() > 2 * sum;
  }

  /** Bytes that each connection may hold however much the others do. */
  long share(int connections) {
    return sum / Math.max(1, connections);
  }

  /** Adds bytes if they leave the sum within its limit. */
  boolean tryAdd(long bytes) {
    long now = held.get();
    while (now + bytes <= sum) {
      if (held.compareAndSet(now, now + bytes)) {
        return true;
      }
      now = held.get();
    }
    return false;
  }
}
