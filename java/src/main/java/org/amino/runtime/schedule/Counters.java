package org.amino.runtime.schedule;

import java.util.concurrent.atomic.LongAdder;

/** What became of calls of clients to objects with deployment managers, since the process began. */
public final class Counters {
  private final LongAdder forwarded = new LongAdder();
  private final LongAdder delegated = new LongAdder();

  /** So many calls of clients go to the Python half. */
  public void forward(int calls) {
    forwarded.add(calls);
  }

  void delegate() {
    delegated.increment();
  }

  /** Calls of clients that went to the Python half. */
  public long forwarded() {
    return forwarded.sum();
  }

  /** Calls of clients that an object's gate has let in instead. */
  public long delegated() {
    return delegated.sum();
  }
}
