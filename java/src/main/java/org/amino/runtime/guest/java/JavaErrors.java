package org.amino.runtime.guest.java;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.amino.AminoException;
import org.amino.runtime.guest.GuestFailure;

/** Exceptions of Java code for a caller in any language. */
final class JavaErrors {
  private static final int FRAMES = 64;
  private static final int CAUSES = 16;

  private JavaErrors() {}

  /** A failure of another object goes on unchanged; any other exception becomes GUEST_EXCEPTION with its class, message and frames. */
  static GuestFailure of(Throwable thrown) {
    return of(thrown, CAUSES);
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
    return new GuestFailure("GUEST_EXCEPTION", thrown.getClass().getSimpleName(), String.valueOf(thrown.getMessage()), stack(thrown), null, cause);
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
