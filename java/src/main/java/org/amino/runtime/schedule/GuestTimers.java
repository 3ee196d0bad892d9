package org.amino.runtime.schedule;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.ObjectCalls.Timed;
import org.amino.runtime.wire.Protocol.Code;

/**
 * The timers of the guests of one context. A timer belongs to the call that set it and runs while that call waits for its promise: code that changed an
 * object outside of any call would pass its deployment managers by.
 */
final class GuestTimers {
  /** Timers of one context that wait, at most. */
  static final int LIMIT = 10_000;
  private final Scheduler scheduler;
  private final ContextSlot slot;
  private final Set<Timer> waiting = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean told = new AtomicBoolean();

  GuestTimers(Scheduler scheduler, ContextSlot slot) {
    this.scheduler = scheduler;
    this.slot = slot;
  }

  /** See {@link org.amino.runtime.guest.ObjectCalls#later}. Called by the owner of the context. */
  Runnable set(long millis, Timed work) throws GuestFailure {
    Call running = slot.running();
    Call call = running == null ? null : running.origin();
    if (call == null || call.object() == null) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "a timer belongs to a call of a member, and none runs: set it in an async member that awaits it");
    }
    if (waiting.size() >= LIMIT && !forgetEnded()) {
      throw GuestFailure.of(Code.ARGUMENT_INVALID, "more than " + LIMIT + " timers wait in the context of " + call.object().objectId() + "; clear some");
    }
    Timer timer = new Timer(call, work);
    waiting.add(timer);
    timer.cancel = scheduler.monitor().timers().after(millis, timer);
    return timer::takeBack;
  }

  /** Takes back the timers of calls that are over. Whether there was one. */
  private boolean forgetEnded() {
    boolean found = false;
    for (Timer timer : waiting) {
      if (!timer.isOpen()) {
        timer.takeBack();
        found = true;
      }
    }
    return found;
  }

  /** One timer. The call may be over when it is due, and its place taken by the next one of its connection. */
  private final class Timer implements Runnable {
    private final Call call;
    private final int aims;
    private final String label;
    private final String objectId;
    private final Timed work;
    private volatile Runnable cancel;
    /** Also a timer that is due already, and waits for its turn in the context, does not run then. */
    private volatile boolean takenBack;

    Timer(Call call, Timed work) {
      this.call = call;
      this.aims = call.aims();
      this.label = call.title();
      this.objectId = call.object().objectId();
      this.work = work;
    }

    @Override
    public void run() {
      waiting.remove(this);
      if (isOpen()) {
        slot.submit(new Entry(slot, call, this::fire));
      } else {
        drop();
      }
    }

    void takeBack() {
      takenBack = true;
      waiting.remove(this);
      cancel.run();
    }

    private boolean isOpen() {
      return call.aims() == aims && !call.isAnswered();
    }

    /** Runs in the context, so a member that has returned has left its promise. */
    private void fire() {
      if (takenBack) {
        return;
      }
      Settlement settlement = isOpen() ? call.settlement() : null;
      if (settlement == null) {
        drop();
        return;
      }
      try {
        work.run();
      } catch (GuestFailure raised) {
        settlement.failure(raised);
      }
    }

    private void drop() {
      if (told.compareAndSet(false, true)) {
        scheduler.log().line(slot.artifact().lineRate(), objectId, "error",
            "a timer of " + label + " was dropped, for the call had ended: timers run only while a member waits for its promise");
      }
    }
  }
}
