package org.amino;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.amino.runtime.guest.GuestFailure;
import org.amino.runtime.guest.Hop;
import org.amino.runtime.wire.Protocol.Code;
import org.amino.runtime.wire.Protocol.Outcome;

/**
 * Why a call failed: an exception of the object that was called, in whatever language, or why it could not be called. Unchecked, so that a typed
 * stub may throw it from any method. Where an object's method does not catch it, it is that method's own exception for its caller, with this as the cause.
 */
public final class AminoException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient GuestFailure failure;

  public AminoException(GuestFailure failure) {
    super(failure.getMessage(), cause(failure));
    this.failure = failure;
    failure.errors().forEach(member -> addSuppressed(new AminoException(member)));
  }

  /** A failure of this program's own side. */
  AminoException(String code, String message, Throwable cause) {
    this(new GuestFailure(code, "AminoError", message, "", null, cause));
  }

  private static Throwable cause(GuestFailure failure) {
    return failure.getCause() instanceof GuestFailure behind ? new AminoException(behind) : failure.getCause();
  }

  /** The stable code, such as {@code GUEST_EXCEPTION}, {@code NAME_NOT_FOUND} or {@code KERNEL_UNAVAILABLE} (docs/wire.md, section 4). */
  public String code() {
    return failure.code;
  }

  /** The class name in the language that raised it, such as {@code RangeError}. */
  public String type() {
    return failure.type;
  }

  /** The frames of the object's code, one a line, in its language's form; empty when it was not the object that failed. */
  public String guestStack() {
    return failure.stack;
  }

  /** The members of a group of errors, such as Python's ExceptionGroup; {@link #getSuppressed} gives them, too. Most errors have none. */
  public List<AminoException> errors() {
    return Stream.of(getSuppressed()).filter(AminoException.class::isInstance).map(AminoException.class::cast).toList();
  }

  /** The objects through whose code the call went until it failed, the one that this program called first. */
  public List<Hop> trace() {
    List<Hop> hops = new ArrayList<>();
    for (Throwable at = failure; at instanceof GuestFailure one; at = at.getCause()) {
      if (one.hop() != null) {
        hops.add(one.hop());
      }
    }
    return hops;
  }

  /** What else is known, by name. */
  public Map<String, Object> details() {
    return failure.details;
  }

  /** Whether the call ran that failed; a call that did not run may be made again. */
  public Outcome outcome() {
    return failure.outcome;
  }

  public GuestFailure failure() {
    return failure;
  }

  @Override
  public String toString() {
    return code() + ": " + (code().equals(Code.GUEST_EXCEPTION) ? type() + ": " : "") + getMessage();
  }
}
