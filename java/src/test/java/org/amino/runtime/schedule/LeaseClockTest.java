package org.amino.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaseClockTest {
  private static final long SECOND = 1_000_000_000L;

  /**
   * Clocks that stand still between the steps of a test. A delay passes between the reading of the time of day and that
   * of the monotonic clock.
   */
  private static final class StillClocks implements MachineClocks {
    private long nanos;
    private long wallNanos;
    private final Deque<Duration> delays = new ArrayDeque<>();

    StillClocks(long nanos, long wallMillis) {
      this.nanos = nanos;
      this.wallNanos = wallMillis * 1_000_000;
    }

    void pass(Duration time) {
      nanos += time.toNanos();
      wallNanos += time.toNanos();
    }

    @Override
    public long monotonicNanos() {
      return nanos;
    }

    @Override
    public long timeOfDayMillis() {
      long shown = Math.floorDiv(wallNanos, 1_000_000L);
      if (!delays.isEmpty()) {
        pass(delays.poll());
      }
      return shown;
    }
  }

  private final StillClocks clocks = new StillClocks(-5 * SECOND, 1_700_000_000_000L);
  private final LeaseClock clock = new LeaseClock(clocks);

  @Test
  void itGoesWithTheMonotonicClock() {
    long began = clock.now();
    for (int i = 1; i <= 1000; i++) {
      clocks.pass(Duration.ofNanos(10_500_000));
      assertEquals(began + i * 10_500_000L, clock.now());
    }
  }

  @Test
  void timeInWhichTheMachineWasSuspendedCounts() {
    long began = clock.now();
    long suspended = 0;
    for (long millis : List.of(50L, 3_000L, 86_400_000L)) {
      clocks.wallNanos += millis * 1_000_000;
      suspended += millis * 1_000_000;
      assertEquals(began + suspended, clock.now(), 2e6);
    }
  }

  @Test
  void withinAMillisecondItIsReadOnce() {
    clocks.pass(Duration.ofMillis(1));
    long first = clock.now();
    clocks.nanos += 999_000;
    assertEquals(first, clock.now());
  }

  @Test
  void manyShortSuspendsAddUp() {
    long began = clock.now();
    for (int i = 0; i < 1000; i++) {
      clocks.wallNanos += 7_300_000;
      clock.now();
    }
    assertEquals(began + 7.3 * SECOND, clock.now(), 25e6);
  }

  @Test
  void aTimeOfDayThatIsSetBackHidesNoLaterSuspend() {
    long began = clock.now();
    clocks.wallNanos -= 3600 * SECOND;
    assertEquals(began, clock.now());
    clocks.wallNanos += 60 * SECOND;
    assertEquals(began + 60 * SECOND, clock.now(), 2e6);
  }

  @Test
  void aThreadThatIsHeldUpBetweenTheTwoClocksIsNoSuspend() {
    long began = clock.now();
    clocks.pass(Duration.ofMillis(1));
    // It is held up at the first reading, and twice more when it looks again.
    clocks.delays.addAll(List.of(Duration.ofSeconds(9), Duration.ofSeconds(2), Duration.ofSeconds(1)));
    clock.now();
    assertTrue(clocks.delays.isEmpty(), "it looked again, until it was not held up");
    clocks.pass(Duration.ofMillis(1));
    assertEquals(clocks.nanos, clock.now(), "nothing but the monotonic clock has gone on");
    assertTrue(clock.now() > began);
  }

  @Test
  void aLeaseMayEndAtAnyMomentAlsoAtZero() {
    KernelLease lease = new KernelLease(clock);
    assertTrue(lease.held(), "until the first time it lasts for ever");
    lease.prolong(-4 * SECOND);
    lease.prolong(0);
    lease.prolong(-2 * SECOND);
    clocks.pass(Duration.ofMillis(4_999));
    assertTrue(lease.held());
    clocks.pass(Duration.ofMillis(1));
    assertFalse(lease.held());
    lease.prolong(SECOND);
    assertTrue(lease.held());
    clocks.wallNanos += 2 * SECOND;
    assertFalse(lease.held(), "the machine was suspended");
  }
}
