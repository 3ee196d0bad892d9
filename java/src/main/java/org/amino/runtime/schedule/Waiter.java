package org.amino.runtime.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.amino.runtime.guest.GuestFailure;

/**
 * A thread that waits for the answer to a call which a guest made. It keeps its contexts, and meanwhile runs what may run nested in them:
 * calls of its own chain, and operations on objects that it is not inside of.
 */
final class Waiter implements CallSink {
  private final Call caller;
  private final Chain chain;
  private final Thread thread = Thread.currentThread();
  private final List<ContextSlot> slots = new ArrayList<>(2);
  private final List<HostedObject> objects = new ArrayList<>(2);
  private volatile byte[] outcome;
  private volatile GuestFailure given;

  /**
   * @param slot the context that the guest's code runs in
   * @param caller the member that calls, or null where that is not known (a continuation of something that is not ours)
   * @param chain the chain of the call that is waited for
   */
  Waiter(ContextSlot slot, Call caller, Chain chain) {
    this.caller = caller;
    this.chain = chain;
    slots.add(slot);
    for (Call at = caller; at != null; at = at.outer()) {
      objects.add(at.object());
      if (!slots.contains(at.slot())) {
        slots.add(at.slot());
      }
    }
  }

  Chain chain() {
    return chain;
  }

  Thread thread() {
    return thread;
  }

  Call caller() {
    return caller;
  }

  boolean isInside(HostedObject object) {
    return objects.contains(object);
  }

  boolean isInside(ContextSlot slot) {
    return slots.contains(slot);
  }

  /**
   * Sends the call, then waits.
   *
   * @param send run when everything that comes back is sure to be noticed
   * @return the encoded outcome
   */
  byte[] await(Runnable send) throws GuestFailure {
    Waiter[] before = new Waiter[slots.size()];
    Call root = caller == null ? null : caller.root();
    Waiter below = root == null ? null : root.waiter();
    for (int i = 0; i < before.length; i++) {
      before[i] = slots.get(i).waiter();
      slots.get(i).waiter(this);
    }
    if (root != null) {
      root.waiter(this);
    }
    boolean interrupted = false;
    try {
      send.run();
      boolean first = true;
      while (outcome == null && given == null) {
        if (!serve(first)) {
          first = false;
          slots.get(0).flushElsewhere();
          LockSupport.park(this);
          // A set flag would turn parking into spinning; a waiting guest is interrupted through `end`.
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      for (int i = 0; i < before.length; i++) {
        slots.get(i).waiter(before[i]);
      }
      if (root != null) {
        root.waiter(below);
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    GuestFailure failure = outcome == null ? given : Call.raisedIn(outcome);
    if (failure != null) {
      throw failure;
    }
    return outcome;
  }

  private boolean serve(boolean first) {
    boolean served = false;
    for (ContextSlot slot : slots) {
      while (outcome == null && given == null && slot.serve(this, first)) {
        served = true;
      }
    }
    return served;
  }

  /** Ends the wait with a failure: the outer call was cancelled, is late, or is part of a deadlock. */
  void end(GuestFailure why) {
    given = why;
    LockSupport.unpark(thread);
  }

  @Override
  public void outcome(Call call, byte[] buffer, int from, int to) {
    outcome = java.util.Arrays.copyOfRange(buffer, from, to);
    LockSupport.unpark(thread);
  }

  @Override
  public void flush() {}

  @Override
  public boolean abandoned() {
    return given != null;
  }

  @Override
  public String requestId(int index) {
    throw new IllegalStateException("a guest's call carries its chain and request id");
  }
}
