package org.amino.runtime.schedule;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The guard between a call that returns and the threads that interrupt it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ActivationTest {
  private static final int ROUNDS = 20_000;
  /** A round costs some switches between two threads: nothing on a calm machine, a tenth of a second on a busy one. */
  private static final int FEWEST_ROUNDS = 50;
  private static final long ENOUGH_NANOS = TimeUnit.SECONDS.toNanos(5);

  @Test
  void aCallThatHasEndedStaysEndedAndCannotBeInterrupted() throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      long began = System.nanoTime();
      for (int round = 0; round < FEWEST_ROUNDS || round < ROUNDS && System.nanoTime() - began < ENOUGH_NANOS; round++) {
        Call call = new Call();
        call.beginAtOnce();
        Future<?> interrupter = threads.submit(() -> interruptUntilEnded(call, start));
        start.await();
        call.ended();
        assertFalse(call.beginInterrupt(), "round " + round);
        interrupter.get();
        assertTrue(call.hasEnded());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Void interruptUntilEnded(Call call, CyclicBarrier start) throws Exception {
    start.await();
    while (!call.hasEnded()) {
      if (call.beginInterrupt()) {
        call.endInterrupt();
      }
    }
    return null;
  }
}
