package org.amino.runtime.guest.java;

import org.amino.runtime.guest.GuestFailure;

/** A failure of another object, in code that declares no checked exceptions. Thrown on, it reaches the caller unchanged. */
public final class AminoException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient GuestFailure failure;

  public AminoException(GuestFailure failure) {
    super(failure.getMessage(), failure);
    this.failure = failure;
  }

  /** The stable code of docs/wire.md, section 4. */
  public String code() {
    return failure.code;
  }

  /** The class name in the language that raised it. */
  public String type() {
    return failure.type;
  }

  public GuestFailure failure() {
    return failure;
  }
}
