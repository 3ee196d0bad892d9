package org.amino.runtime.schedule;

import java.util.Set;
import org.amino.runtime.guest.Fixed;
import org.amino.runtime.guest.GuestContext;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.PendingResult;
import org.amino.runtime.wire.Canonical;
import org.amino.runtime.wire.ErrorPayload;
import org.amino.runtime.wire.MsgpackReader;
import org.amino.runtime.wire.MsgpackWriter;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.WireException;

/** Runs a member so that whatever happens is an outcome of this call and of no other. */
public final class Execution {
  /** Codes of failures that are a part of the object's history, and the same on every replica. */
  private static final Set<String> HISTORY = Set.of(Code.GUEST_EXCEPTION, Code.NOT_DETERMINISTIC, Code.VALUE_INVALID, Code.ARGUMENT_INVALID, Code.MEMBER_NOT_FOUND);

  private Execution() {}

  /**
   * Calls the member and leaves its outcome in {@code out}: the value, or the error that was raised. With fixed circumstances the outcome is there when
   * this returns: a promise that has not settled is refused.
   *
   * @param call whose member it is
   * @return null, or the guest's promise where that has not settled (nothing is written then)
   */
  public static PendingResult run(HostedObject.Bound member, MsgpackReader args, MsgpackReader kwargs, MsgpackWriter out, Call call) {
    int mark = out.position();
    try {
      if (call.fixed() == null) {
        return member.call(args, kwargs, out);
      }
      runFixed(member, args, kwargs, out, call);
    } catch (Throwable thrown) {
      raise(out, mark, failure(thrown));
    }
    return null;
  }

  private static void runFixed(HostedObject.Bound member, MsgpackReader args, MsgpackReader kwargs, MsgpackWriter out, Call call) throws GuestFailure {
    Fixed fixed = call.fixed();
    int mark = out.position();
    fixed.begins();
    try {
      within(fixed, call, member.object().slot().guest(), () -> {
        if (member.call(args, kwargs, out) != null) {
          throw fixed.unsettled();
        }
      });
      if (call.isAnswered()) {
        // It was given up while it ran.
        member.object().spoiled(true);
      }
      Canonical.numbers(out.buffer(), mark, out.position());
    } catch (GuestFailure failed) {
      spoil(member.object(), call, failed);
      throw member.object().traced(fixed.told(failed), member.name());
    }
  }

  /** Nobody reads a state that other replicas may not have. */
  private static void spoil(HostedObject object, Call call, GuestFailure failed) {
    if (call.isAnswered() || !HISTORY.contains(failed.code) || failed.details.containsKey(Fixed.DIVERGED)) {
      object.spoiled(true);
    }
  }

  /** Does work of a guest with the circumstances of its call. */
  static void within(Fixed fixed, Call call, GuestContext guest, HostedObject.GuestWork work) throws GuestFailure {
    fixed.at(call.title());
    try {
      guest.fix(fixed);
      work.run();
    } finally {
      guest.unfix();
    }
  }

  /** Cuts {@code out} back to {@code mark} and writes a failure there. */
  public static void raise(MsgpackWriter out, int mark, GuestFailure failure) {
    out.truncate(mark);
    try {
      ErrorPayload.writeRaised(out, failure);
    } catch (WireException e) {
      out.truncate(mark);
      ErrorPayload.writeRaised(out, new GuestFailure(failure.code, "AminoError", "an error whose text cannot travel: " + e.getMessage(), "", null, null, failure.outcome));
    }
  }

  /** The failure that tells a caller about anything thrown. */
  public static GuestFailure failure(Throwable thrown) {
    if (thrown instanceof GuestFailure failure) {
      return failure;
    }
    if (thrown instanceof WireException wire) {
      // The frame as a whole was well-formed, so what cannot be read is this call's value.
      return GuestFailure.of(Code.VALUE_INVALID, wire.getMessage());
    }
    if (thrown instanceof OutOfMemoryError) {
      return GuestFailure.outOfMemory("");
    }
    StringBuilder stack = new StringBuilder();
    StackTraceElement[] frames = thrown.getStackTrace();
    for (int i = 0; i < Math.min(frames.length, 20); i++) {
      stack.append("at ").append(frames[i]).append('\n');
    }
    String message = "the JVM half failed with " + thrown + "; please report it";
    return new GuestFailure(Code.INTERNAL, thrown.getClass().getSimpleName(), message, stack.toString(), null, null);
  }
}
