package org.amino.runtime.guest.java;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.amino.AminoException;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.wire.Protocol;
import org.amino.runtime.wire.Protocol.Code;

/** Exceptions of Java code for a caller in any language. */
final class JavaErrors {
  private static final int FRAMES = 64;

  private JavaErrors() {}

  /** What a method threw. The failure of a call that the method made and did not catch is the method's exception. */
  static GuestFailure thrown(Throwable thrown) {
    if ((thrown instanceof CompletionException || thrown instanceof ExecutionException) && thrown.getCause() != null) {
      return thrown(thrown.getCause());
    }
    GuestFailure failure = of(thrown);
    return thrown instanceof GuestFailure || thrown instanceof AminoException ? failure.uncaught(stack(thrown)) : failure;
  }

  /** An exception as a value: the failure of another object is itself, any other becomes GUEST_EXCEPTION with its class, message and frames. */
  static GuestFailure of(Throwable thrown) {
    return of(thrown, Protocol.CAUSE_LIMIT);
  }

  private static GuestFailure of(Throwable thrown, int causesLeft) {
    if (thrown instanceof GuestFailure failure) {
      return failure;
    }
    if (thrown instanceof AminoException carrier) {
      return carrier.failure();
    }
    if ((thrown instanceof CompletionException || thrown instanceof ExecutionException) && thrown.getCause() != null) {
      return of(thrown.getCause(), causesLeft);
    }
    Throwable behind = thrown.getCause();
    Throwable cause = behind == null || causesLeft == 0 ? null : of(behind, causesLeft - 1);
    return new GuestFailure(Code.GUEST_EXCEPTION, thrown.getClass().getSimpleName(), String.valueOf(thrown.getMessage()), stack(thrown), null, cause);
  }

  private static String stack(Throwable thrown) {
    StringBuilder lines = new StringBuilder();
    int count = 0;
    for (StackTraceElement frame : thrown.getStackTrace()) {
      if (frame.getClassName().startsWith("org.amino.runtime.") || frame.getClassName().startsWith("jdk.internal.") || ++count > FRAMES) {
        break;
      }
      lines.append("at ").append(frame).append('\n');
    }
    return lines.toString();
  }
}
