package org.amino.runtime.schedule;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A call as something that runs on a thread: whose it is, what it runs on top of, what it waits for, and how others
 * keep it from ending while they interrupt it.
 */
abstract sealed class Activation permits Message {
  private static final int GUARD_FREE = 0;
  private static final int GUARD_INTERRUPTING = 1;
  private static final int GUARD_ENDED = 2;
  private static final VarHandle GUARD;

  static {
    try {
      GUARD = MethodHandles.lookup().findVarHandle(Activation.class, "guard", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Whose guest makes it; null where no guest does. */
  private Object sender;
  /** The call that runs beneath this one on the same thread, if any. */
  private Call outer;
  /** Only of the outermost call of a thread: the innermost one now. */
  private volatile Call innermost;
  /** Only of the outermost call of a thread: what the thread waits for. */
  private volatile Waiter waiter;
  private volatile int guard;

  private Call self() {
    return (Call) this;
  }

  private static void innermost(Activation root, Call now) {
    root.innermost = now;
  }

  /** The context whose guest makes it. */
  void sender(Object context) {
    sender = context;
  }

  /** Whose turn it is when this call is sent on. */
  public Object sender() {
    return sender == null ? "" : sender;
  }

  Call outer() {
    return outer;
  }

  Call root() {
    Call root = self();
    while (root.outer() != null) {
      root = root.outer();
    }
    return root;
  }

  /** Puts this call on top of another on the same thread. */
  void nestOn(Call below) {
    outer = below;
    if (below != null) {
      innermost(root(), self());
    }
  }

  /** Takes it off again. */
  void unnest() {
    Call below = outer;
    if (below != null) {
      Call root = root();
      innermost(root, below == root ? null : below);
      outer = null;
    }
  }

  Call innermost() {
    Call inner = innermost;
    return inner == null ? self() : inner;
  }

  Waiter waiter() {
    return waiter;
  }

  void waiter(Waiter now) {
    waiter = now;
  }

  /** Keeps the thread that runs this call from leaving it until {@link #endInterrupt}; false when it has left. */
  boolean beginInterrupt() {
    return GUARD.compareAndSet(this, GUARD_FREE, GUARD_INTERRUPTING);
  }

  synchronized void endInterrupt() {
    GUARD.compareAndSet(this, GUARD_INTERRUPTING, GUARD_FREE);
    notifyAll();
  }

  /** The guest's code has returned. Waits out an interruption under way, so that it cannot hit what runs next. */
  public void ended() {
    if (GUARD.compareAndSet(this, GUARD_FREE, GUARD_ENDED)) {
      return;
    }
    synchronized (this) {
      // The next interruption may begin before this thread wakes: what was free a moment ago must be taken, not overwritten.
      while (guard != GUARD_ENDED && !GUARD.compareAndSet(this, GUARD_FREE, GUARD_ENDED)) {
        try {
          wait();
        } catch (InterruptedException e) {
          // It is how guests are interrupted; it was meant for the code that has just returned.
          continue;
        }
      }
      notifyAll();
    }
    Thread.interrupted();
  }

  /** Waits for the guest's code to return. Returns whether it did. */
  synchronized boolean awaitEnded(long milliseconds) throws InterruptedException {
    long until = System.nanoTime() + milliseconds * 1_000_000;
    while (guard != GUARD_ENDED) {
      long left = (until - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(Math.min(left, 50));
    }
    return true;
  }

  boolean hasEnded() {
    return guard == GUARD_ENDED;
  }
}
