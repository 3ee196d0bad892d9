package org.amino.runtime.guest.java;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.amino.AminoException;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.ErrorRoom;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/** Exceptions of Java code for a caller in any language. */
final class JavaErrors {
  private static final int FRAMES = 64;

  private JavaErrors() {}

  /** What a method threw. The failure of a call that the method made and did not catch is the method's exception. */
  static GuestFailure thrown(Throwable thrown) {
    if ((thrown instanceof CompletionException || thrown instanceof ExecutionException) && thrown.getCause() != null) {
      return thrown(thrown.getCause());
    }
    GuestFailure missing = MissingClass.failure(thrown);
    if (missing != null) {
      return missing.with(Outcome.RAN);
    }
    GuestFailure failure = of(thrown);
    boolean passedOn = thrown instanceof GuestFailure || thrown instanceof AminoException;
    return passedOn ? failure.uncaught(stack(thrown)).grouping(suppressed(thrown, Protocol.CAUSE_LIMIT, new ErrorRoom())) : failure;
  }

  /** An exception as a value: the failure of another object is itself, any other becomes GUEST_EXCEPTION with its class, message and frames. */
  static GuestFailure of(Throwable thrown) {
    return of(thrown, Protocol.CAUSE_LIMIT, new ErrorRoom());
  }

  private static GuestFailure of(Throwable thrown, int levels, ErrorRoom room) {
    if (thrown instanceof GuestFailure failure) {
      return failure;
    }
    if (thrown instanceof AminoException carrier) {
      return carrier.failure();
    }
    if ((thrown instanceof CompletionException || thrown instanceof ExecutionException) && thrown.getCause() != null) {
      return of(thrown.getCause(), levels, room);
    }
    Throwable behind = thrown.getCause();
    Throwable cause = behind == null || levels == 0 || room.take(1) == 0 ? null : of(behind, levels - 1, room);
    return new GuestFailure(Code.GUEST_EXCEPTION, thrown.getClass().getSimpleName(), String.valueOf(thrown.getMessage()), stack(thrown), null, cause)
        .grouping(suppressed(thrown, levels, room));
  }

  /** Exceptions that were thrown on the way of this one, such as by `close` of a resource: its members. */
  private static List<GuestFailure> suppressed(Throwable thrown, int levels, ErrorRoom room) {
    Throwable[] all = thrown.getSuppressed();
    List<GuestFailure> members = new ArrayList<>();
    for (Throwable member : levels == 0 ? List.<Throwable>of() : List.of(all).subList(0, room.take(all.length))) {
      members.add(of(member, levels - 1, room));
    }
    return members;
  }

  private static String stack(Throwable thrown) {
    StringBuilder lines = new StringBuilder();
    int count = 0;
    for (StackTraceElement frame : thrown.getStackTrace()) {
      boolean runtime = isRuntime(frame.getClassName());
      // Those of the runtime in front are of the call that failed, the others have called the method, by reflection.
      if (isReflection(frame.getClassName()) || runtime && count > 0) {
        break;
      }
      if (!runtime && ++count <= FRAMES) {
        lines.append("at ").append(frame).append('\n');
      }
    }
    return lines.toString();
  }

  private static boolean isRuntime(String name) {
    return name.startsWith("org.amino.runtime.") || name.startsWith("jdk.proxy");
  }

  private static boolean isReflection(String name) {
    return name.startsWith("jdk.internal.") || name.startsWith("java.lang.reflect.");
  }
}
