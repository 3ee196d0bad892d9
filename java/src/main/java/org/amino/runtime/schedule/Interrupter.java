package org.amino.runtime.schedule;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;

/**
 * Ends the code of a call that was given up: first what it waits for, then the code itself, then its context; of what
 * goes on even then, the Python half is told.
 */
final class Interrupter {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long AFTER_WAIT_MS = 1_000;
  /** How long the thread may take to come out of a context in which nothing runs any more; it may also be only on its way in. */
  private static final long AFTER_INTERRUPT_MS = 20;
  private static final long AFTER_CLOSE_MS = 5_000;

  private final Scheduler scheduler;

  Interrupter(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** Begins to end it, on a thread of its own. */
  void stop(Call call, GuestFailure why) {
    scheduler.workers().execute(() -> {
      try {
        end(call, why);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  private void end(Call call, GuestFailure why) throws InterruptedException {
    Settlement settlement = call.settlement();
    if (settlement != null) {
      settlement.abandon();
      return;
    }
    while (!call.hasEnded()) {
      Waiter waiter = call.root().waiter();
      if (waiter != null) {
        waiter.end(why);
        if (call.awaitEnded(AFTER_WAIT_MS)) {
          return;
        }
        continue;
      }
      Call victim = call.root().innermost();
      if (!victim.beginInterrupt()) {
        if (call.awaitEnded(1)) {
          return;
        }
        continue;
      }
      if (!interrupt(victim)) {
        closeContext(victim);
        return;
      }
      victim.awaitEnded(AFTER_INTERRUPT_MS);
    }
  }

  private boolean interrupt(Call victim) {
    boolean usable = false;
    try {
      GuestContext guest = victim.slot().guest();
      usable = guest != null && guest.interrupt(PATIENCE);
    } finally {
      if (usable) {
        victim.endInterrupt();
      }
    }
    return usable;
  }

  /** The victim's thread may not leave its call before the context is marked as lost. */
  private void closeContext(Call victim) throws InterruptedException {
    ContextSlot slot = victim.slot();
    String reason = victim.title() + " did not end in time and could not be interrupted; with a process for each artifact"
        + " (--isolate artifact) it would be ended with its process";
    scheduler.lose(slot, reason, () -> {});
    victim.endInterrupt();
    if (!victim.awaitEnded(AFTER_CLOSE_MS)) {
      List<Object> stuck = new ArrayList<>(List.of(slot.artifact().source().hash()));
      stuck.add(victim.target());
      stuck.add(victim.method());
      stuck.add(victim.object() == null ? null : victim.object().name());
      scheduler.outside().tell("stuck", stuck);
      while (!victim.awaitEnded(AFTER_CLOSE_MS)) {
        // It may end by itself; until then this thread has nothing else to do.
        continue;
      }
      scheduler.outside().tell("unstuck", stuck);
    }
  }
}
