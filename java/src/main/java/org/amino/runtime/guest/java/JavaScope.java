package org.amino.runtime.guest.java;

import org.amino.runtime.guest.ObjectCalls;

/**
 * What code of one context runs in.
 *
 * @param calls how it calls other objects
 * @param running the threads that are in it
 * @param classes of its artifact; null for instances that a host program made
 */
record JavaScope(ObjectCalls calls, RunningThreads running, ArtifactClasses classes) {
  /** Marks the thread as running code of this context, until the answer is closed. */
  Entered enter() {
    ObjectCalls before = Amino.enter(calls);
    running.enter();
    Entered loader = classes == null ? () -> {} : classes.enter();
    return () -> {
      loader.close();
      running.leave();
      Amino.leave(before);
    };
  }
}
