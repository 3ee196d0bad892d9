package org.amino.runtime.schedule;

/**
 * Time as leases count it, in steps of a millisecond: it never goes back, and goes on while the machine is suspended.
 * It is the monotonic clock with each jump added that the time of day made ahead of it
 * (docs/decisions/0014-leases-count-suspended-time.md). A time of day that is set forward looks the same as a suspend
 * and ends leases too early; a time of day that is set back changes nothing.
 */
public final class LeaseClock {
  /**
   * Less than that between the two clocks is no jump: the time of day has milliseconds, and the thread may be held up
   * between the two readings.
   */
  private static final long JUMP_NANOS = 20_000_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** What this clock showed when the time of day showed those milliseconds. */
  private record Reading(long millis, long now) {}

  /**
   * @param ahead what the time of day was ahead of the monotonic clock when both were last compared
   * @param skipped time that the monotonic clock has missed
   */
  private record Comparison(long ahead, long skipped) {}

  private final MachineClocks clocks;
  private volatile Comparison comparison;
  private volatile Reading reading;

  public LeaseClock(MachineClocks clocks) {
    this.clocks = clocks;
    this.comparison = new Comparison(clocks.timeOfDayMillis() * NANOS_PER_MILLI - clocks.monotonicNanos(), 0);
    this.reading = new Reading(0, 0);
    now();
  }

  /** Nanoseconds since a moment that means nothing. */
  public long now() {
    Reading last = reading;
    long millis = clocks.timeOfDayMillis();
    // Each call asks. No suspend can hide within one millisecond, so only the first call in it reads both clocks.
    return millis == last.millis ? last.now : read(millis);
  }

  private long read(long millis) {
    Comparison known = comparison;
    long nanos = clocks.monotonicNanos();
    long jump = millis * NANOS_PER_MILLI - nanos - known.ahead;
    long now = jump < JUMP_NANOS && jump > -JUMP_NANOS ? nanos + known.skipped : compare();
    reading = new Reading(millis, now);
    return now;
  }

  /** Reads both clocks so closely together that a jump is one, and remembers it. */
  private synchronized long compare() {
    long before;
    long timeOfDay;
    long after;
    do {
      before = clocks.monotonicNanos();
      timeOfDay = clocks.timeOfDayMillis() * NANOS_PER_MILLI;
      after = clocks.monotonicNanos();
    } while (after - before > JUMP_NANOS / 4);
    Comparison known = comparison;
    long ahead = timeOfDay - before;
    long jump = ahead - known.ahead;
    if (jump >= JUMP_NANOS) {
      comparison = new Comparison(ahead, known.skipped + jump);
    } else if (jump <= -JUMP_NANOS) {
      comparison = new Comparison(ahead, known.skipped);
    }
    return before + comparison.skipped;
  }
}
