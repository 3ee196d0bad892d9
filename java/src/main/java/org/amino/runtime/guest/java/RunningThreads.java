package org.amino.runtime.guest.java;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The threads that are inside Java code of one context, so that they can be interrupted. */
final class RunningThreads {
  private final Map<Thread, Integer> depths = new HashMap<>();

  synchronized void enter() {
    depths.merge(Thread.currentThread(), 1, Integer::sum);
  }

  synchronized void leave() {
    depths.computeIfPresent(Thread.currentThread(), (thread, depth) -> depth == 1 ? null : depth - 1);
    notifyAll();
  }

  /** Interrupts them all and waits for them to leave; false when one is still inside, since Java code may ignore it. */
  synchronized boolean interrupt(Duration patience) {
    depths.keySet().forEach(Thread::interrupt);
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (!depths.isEmpty()) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
      return true;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
