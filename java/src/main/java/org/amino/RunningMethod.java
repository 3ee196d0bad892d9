package org.amino;

import org.amino.runtime.guest.ObjectCalls;

/** Which object's method a thread runs, so that calls it makes belong to the chain of the call that it serves. */
final class RunningMethod {
  private static final ThreadLocal<ObjectCalls> CALLS = new ThreadLocal<>();

  private RunningMethod() {}

  /** How the method that runs on this thread calls others; null outside of all objects of this program. */
  static ObjectCalls calls() {
    return CALLS.get();
  }

  /** Marks this thread, and answers what to give to {@link #leave}. */
  static ObjectCalls enter(ObjectCalls calls) {
    ObjectCalls before = CALLS.get();
    CALLS.set(calls);
    return before;
  }

  static void leave(ObjectCalls before) {
    if (before == null) {
      CALLS.remove();
    } else {
      CALLS.set(before);
    }
  }
}
