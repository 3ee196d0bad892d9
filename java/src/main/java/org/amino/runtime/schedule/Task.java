package org.amino.runtime.schedule;

import org.amino.runtime.guest.GuestFailure;

/** Something that runs in a context, in its turn. */
public abstract class Task {
  /** Runs on the thread that owns the context. Never throws. */
  abstract void run(Runner runner);

  /** Ends it without running. */
  abstract void refuse(GuestFailure failure);

  /** Whether a thread that waits in this context for the answer to a call may run it meanwhile. */
  abstract boolean mayNest(Waiter waiter);
}
