package org.amino.runtime.guest.java;

import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.ObjectCalls;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Outcome;
import org.amino.runtime.wire.WireException;

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

  /** Writes the result of a call. Elements of lazy sequences come to be only now, so it is code of the object that runs, and may fail. */
  void write(MsgpackWriter out, Object result) throws GuestFailure {
    Entered entered = enter();
    try {
      JavaValues.write(out, result);
    } catch (WireException invalid) {
      throw GuestFailure.of(invalid.code(), invalid.getMessage()).with(Outcome.RAN);
    } catch (RuntimeException | LinkageError thrown) {
      throw JavaErrors.thrown(thrown);
    } finally {
      entered.close();
    }
  }
}
