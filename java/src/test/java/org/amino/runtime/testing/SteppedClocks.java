package org.amino.runtime.testing;

import java.time.Duration;
import org.amino.runtime.schedule.MachineClocks;

/** The clocks of a machine that a test suspends, and whose time of day a test changes. They run on meanwhile. */
public final class SteppedClocks implements MachineClocks {
  private volatile long nanos;
  private volatile long milliseconds;

  /** @param origin what the monotonic clock shows now */
  public SteppedClocks(long origin) {
    nanos = origin - System.nanoTime();
  }

  public SteppedClocks() {
    this(System.nanoTime());
  }

  /** The machine was suspended for so long: the monotonic clock stood still, the time of day went on. */
  public void suspend(Duration time) {
    milliseconds += time.toMillis();
  }

  /** Somebody sets the time of day. */
  public void setTimeOfDay(Duration change) {
    milliseconds += change.toMillis();
  }

  /** So much time goes by. */
  public void pass(Duration time) {
    nanos += time.toNanos();
    milliseconds += time.toMillis();
  }

  @Override
  public long monotonicNanos() {
    return System.nanoTime() + nanos;
  }

  @Override
  public long timeOfDayMillis() {
    return System.currentTimeMillis() + milliseconds;
  }
}
