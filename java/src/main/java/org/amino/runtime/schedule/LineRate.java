package org.amino.runtime.schedule;

/** How many lines may pass: so many at once, then so many a second. Pure: moments come in. Safe for many threads. */
final class LineRate {
  /** A longer line counts as several. */
  private static final int LINE = 256;
  private static final double SECOND = 1e9;

  private final int atOnce;
  private final int aSecond;
  private double left;
  private long last;

  /** @param now nanoseconds of a clock that only goes on, as for each later call */
  LineRate(int atOnce, int aSecond, long now) {
    this.atOnce = atOnce;
    this.aSecond = aSecond;
    this.left = atOnce;
    this.last = now;
  }

  /** Whether a line of that many characters may pass. It counts only if it may. */
  synchronized boolean passes(int length, long now) {
    left = Math.min(atOnce, left + Math.max(0, now - last) / SECOND * aSecond);
    last = now;
    double cost = 1 + length / LINE;
    if (left < cost) {
      return false;
    }
    left -= cost;
    return true;
  }
}
